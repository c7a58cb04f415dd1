import Fixtures
import Foundation
import Hardware
import InputFiles
import Testing
import Units

@testable import Reports

@Suite("Software stacks as files")
struct StackProfileWriterTests {
  @Test("a shipped stack is written as it is read")
  func roundTrip() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("stack-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let stacks = folder.appendingPathComponent("hardware-profiles/software/stacks")
    try FileManager.default.createDirectory(at: stacks, withIntermediateDirectories: true)
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("scenarios"), withIntermediateDirectories: true)
    var stack = IdealFleet.stack
    stack.id = "mine"
    stack.name = "Mine, of May"
    stack.covers = [
      .init(framework: "mine", from: "2026-01", to: "2026-05", source: "somebody: a table, 3")
    ]
    stack.overlap.tensor = Sourced(0.25, .derived, source: "it's fitted, to 3 runs: here")
    stack.host.perStep = Sourced(Seconds(0.123), .derived, source: "a {brace}")
    stack.memory.reserved.value = 5 * 1_073_741_824 * Bytes(1)
    stack.quality = RunFitQuality(
      trained: .init(runs: 3, median: 0.02, p90: 0.05, bias: -0.01),
      heldBack: .init(runs: 0, median: 0, p90: 0, bias: 0))
    stack.notes = ["A note: with a colon."]
    let text = StackProfileWriter(stack).text
    try text.write(
      to: stacks.appendingPathComponent("mine.yaml"), atomically: true, encoding: .utf8)
    let profile = try #require(try Catalog(root: folder.path).stacks.load("mine"))
    #expect(profile.faults.map(\.description) == [])
    let read = try #require(profile.value)
    #expect(StackProfileWriter(read).text == text)
    #expect(read.overlap.tensor.value == 0.25)
    #expect(read.overlap.tensor.source == "it's fitted, to 3 runs: here")
    #expect(read.host.perStep.value.value == 0.123)
    #expect(read.quality == stack.quality)
    #expect(read.notes == stack.notes)
  }
}
