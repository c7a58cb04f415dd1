import Foundation
import Testing

@testable import InputFiles

/// Well-formed files with pieces removed, doubled, swapped or overwritten at random.
@Suite("A file that is damaged at random", .timeLimit(.minutes(2)))
struct MutationTests {
  @Test("is read or refused, and never ends the program", arguments: Project.files.keys.sorted())
  func mutations(path: String) throws {
    let whole = Array((Project.files[path] ?? "").utf8)
    let project = try Project()
    let catalog = try project.catalog()
    var random = SplitMix(state: path.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    for _ in 0..<60 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
      try project.write(Data(bytes), to: path)
      for fault in catalog.check(project.path(path)) {
        #expect(fault.description.hasSuffix(".") || fault.description.hasSuffix("?"))
        #expect(fault.place.line <= bytes.count + 1)
      }
    }
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
    guard bytes.count > 2 else { return }
    let start = Int.random(in: 0..<bytes.count - 1, using: &random)
    let end = min(bytes.count, start + Int.random(in: 1...40, using: &random))
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes.removeSubrange(start..<end)
    case 1: bytes.insert(contentsOf: bytes[start..<end], at: 0)
    case 2: bytes[start] = UInt8.random(in: 0...255, using: &random)
    case 3:
      bytes[start] = Array("{}[]:,-?&*!|>'\"%@`#0\n\t ".utf8).randomElement(using: &random) ?? 0
    default: bytes.swapAt(start, end - 1)
    }
  }
}

/// Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
