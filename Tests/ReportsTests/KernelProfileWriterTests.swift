import Fixtures
import Foundation
import Hardware
import InputFiles
import Testing
import Units

@testable import Reports

@Suite("Kernel profiles as files")
struct KernelProfileWriterTests {
  @Test("numbers keep four digits and no exponent")
  func digits() {
    let cases: [(Double, String)] = [
      (0.82261, "0.8226"), (1, "1"), (0, "0"), (12.5, "12.5"), (123_456, "123456"),
      (0.00123456, "0.001235"), (1.0004, "1"), (-0.5, "-0.5"), (99.996, "100"),
    ]
    for (value, text) in cases { #expect(YAMLText.digits(value) == text) }
  }

  @Test("texts that YAML would take apart are quoted")
  func quotes() {
    #expect(YAMLText.quoted("NVIDIA H100 SXM 80GB") == "NVIDIA H100 SXM 80GB")
    #expect(YAMLText.quoted("a: b") == "'a: b'")
    #expect(YAMLText.quoted("it's") == "'it''s'")
    #expect(YAMLText.quoted("80 %") == "'80 %'")
  }

  @Test("no line is longer than 100 columns, and the same profile gives the same bytes")
  func lines() {
    var profile = IdealFleet.kernels
    profile.attention.correction = CorrectionGrid(
      axes: [.init(.sequence, [1, 2, 4, 8]), .init(.heads, [1, 2, 4, 8, 16, 32, 64, 128, 256])],
      factors: (0..<36).map { 1 + Double($0) / 1000 })
    let text = KernelProfileWriter(profile).text
    #expect(text == KernelProfileWriter(profile).text)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(text.contains("    factors:\n      [1, 1.001, 1.002,"))
  }

  @Test("a fitted profile that is read and written again is the same file")
  func roundTrip() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let profiles = try Catalog(root: root).kernels.all()
    // A machine of the user's own may stand beside the shipped ones.
    let fitted = profiles.filter { $0.value?.kind == .measured && !$0.id.hasPrefix("host-") }
    #expect(fitted.count == 8)
    for profile in fitted {
      let value = try #require(profile.value)
      let file = try String(contentsOfFile: profile.path, encoding: .utf8)
      #expect(KernelProfileWriter(value).text == file, "\(profile.id)")
    }
  }
}
