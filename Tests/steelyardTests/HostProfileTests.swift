import ArgumentParser
import CSV
import Calibration
import CostModel
import Fixtures
import Foundation
import Hardware
import InputFiles
import Planner
import Reports
import Testing
import TrainingRun
import Units

@testable import steelyard

/// A project in a folder of its own, with the tables of a machine that follows plain laws.
private struct HostProject {
  let root = NSTemporaryDirectory() + "host-project-\(UUID().uuidString)"

  init() throws {
    try write(HostTables().kernels, to: "\(root)/reports/host/kernels.csv")
    try write(HostTables.machines, to: "\(root)/reports/host/machines.csv")
    try write(
      """
      # A model small enough to train on a desk.
      name: Tiny MoE
      layers: 4
      hidden: 128
      vocabulary: 128
      attention: {kind: grouped, heads: 4, key_value_heads: 2, head_width: 32}
      feed_forward: {width: 96, gated: true}
      experts: {count: 16, top_k: 2, width: 96}

      """, to: "\(root)/scenarios/models/tiny.yaml")
    try FileManager.default.createDirectory(
      atPath: "\(root)/hardware-profiles", withIntermediateDirectories: true)
  }

  func catalog() throws -> Catalog { try Catalog(root: root) }

  func calibrate(_ arguments: [String] = ["--host", "--workers", "2"]) throws {
    try HostCalibrationOptions.parse(arguments).write(catalog(), to: nil, quiet: true)
  }

  func comparison(precision: String) async throws -> Comparison {
    let text = """
      title: A tiny model on this machine
      model: tiny
      training: {tokens: 1 M, sequence_length: 128, global_batch: 8, precision: \(precision)}
      fleets: [host-2]
      plan: best
      currency: RMB
      """
    return try await Comparison.answer(catalog().scenario(text: text, named: "tiny"))
  }

  func remove() { try? FileManager.default.removeItem(atPath: root) }
}

@Suite("Profiles of this machine")
struct HostProfileTests {
  @Test("tables become a fleet that a scenario names, in the precision that was measured")
  func scenario() async throws {
    let project = try HostProject()
    defer { project.remove() }
    try project.calibrate()
    try expectSameFiles(project)
    let comparison = try await project.comparison(precision: "fp32")
    guard case .found(let found) = try #require(comparison.entries.first).outcome else {
      Issue.record("the host must run the model")
      return
    }
    // 1,024 tokens of four layers: 3 · 0.7 GFLOP of products at 80 GFLOP/s and below, and passes.
    #expect(found.step.stepTime > Seconds(0.02) && found.step.stepTime < Seconds(1))
    #expect(found.run.cost == nil)
    let sixteenBits = try await project.comparison(precision: "bf16")
    guard case .cannotRun = try #require(sixteenBits.entries.first).outcome else {
      Issue.record("nobody measured 16 bits here")
      return
    }
  }

  /// The written files are read as they were fitted, and writing them again changes nothing.
  private func expectSameFiles(_ project: HostProject) throws {
    let catalog = try project.catalog()
    let kernels = try #require(catalog.kernels.load("host-2")?.value)
    let file = "\(project.root)/hardware-profiles/software/kernels/host-2.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(KernelProfileWriter(kernels).text == text)
    #expect(!kernels.memory.passes.isEmpty)
    let device = try #require(catalog.devices.load("host-2")?.value)
    #expect(device.peaks[.fp32]?.value == FLOPsPerSecond(100e9))
    #expect(catalog.stacks.load("host-bare")?.faults == [])
    #expect(catalog.fabrics.load("host-2-alone")?.value?.scaleOut == nil)
  }

  @Test("a machine without tables is told which command makes them, and no file is written")
  func unmeasured() throws {
    let project = try HostProject()
    defer { project.remove() }
    let nowhere = complaint {
      try project.calibrate(["--host", "--workers", "3", "--measured", "\(project.root)/nowhere"])
    }
    #expect(
      nowhere.hasSuffix("there is no such table. Run 'steelyard measure --workers 3' first."))
    let otherCores = complaint { try project.calibrate(["--host", "--workers", "1"]) }
    #expect(otherCores.hasPrefix("host-1: the tables hold no row of the device in"))
    let written = try FileManager.default.contentsOfDirectory(
      atPath: "\(project.root)/hardware-profiles")
    #expect(written == [])
  }

  private func complaint(_ body: () throws -> Void) -> String {
    do {
      try body()
      return ""
    } catch { return "\(error)" }
  }
}
