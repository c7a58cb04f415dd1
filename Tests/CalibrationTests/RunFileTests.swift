import CSV
import Foundation
import Parallelism
import Testing
import Units
import Workload

@testable import Calibration

@Suite("Files of published runs")
struct RunFileTests {
  private static let folder: String = {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    return root.appendingPathComponent("scenarios/validation").path
  }()

  private func rows(_ name: String) throws -> [PublishedRow] {
    try readPublishedRuns(CSVReader(path: "\(Self.folder)/\(name)")) { _ in nil }
  }

  @Test("every row of the shipped file with all settings can be described")
  func shippedRuns() throws {
    let rows = try rows("runs.csv")
    #expect(rows.count == 575)
    #expect(Set(rows.map(\.label.id)).count == 575)
    let skipped = rows.filter { $0.label.tier == "A" }.compactMap { row -> String? in
      if case .failure(let reason) = row.content { "\(row.label.id): \(reason)" } else { nil }
    }
    #expect(skipped.isEmpty)
  }

  @Test("runs that did not fit in memory are runs without a measured time")
  func shippedOutOfMemory() throws {
    let untimed = try rows("runs.csv").filter { row in
      if case .success(let run) = row.content { run.observation == nil } else { false }
    }
    #expect(untimed.map(\.label.id) == ["fold-018", "fperf-008", "amd-006"])
  }

  @Test("what the shipped file holds beyond a step time is skipped for a stated reason")
  func shippedSkips() throws {
    let reasons = try rows("runs.csv").compactMap { row -> String? in
      if case .failure(let reason) = row.content { "\(reason)" } else { nil }
    }
    #expect(reasons.count < 40)
    #expect(reasons.contains("a step time does not tell 'forward+backward per layer'"))
    #expect(!reasons.contains { $0.contains("precision") })
    #expect(!reasons.contains { $0.contains("cannot be read") && !$0.contains("hundreds") })
  }

  @Test("the second schema reads into the same kind of runs")
  func secondSchema() throws {
    let rows = try rows("ascend-runs.csv")
    #expect(rows.count == 15)
    let runs = rows.compactMap { try? $0.content.get() }
    #expect(runs.count == 15)
    let latent = try #require(runs.first { $0.label.id.contains("deepseek-v2-lite") })
    // mla(q- kv512 rope64 v128): the query is not compressed.
    guard case .latent(let attention) = latent.model.attention else {
      Issue.record("latent attention expected")
      return
    }
    #expect(attention.queryRank == nil)
    #expect(attention.keyValueRank == 512)
    #expect(latent.model.experts?.sharedWidth == 2816)
    #expect(latent.readings.first?.plan.expert == 8)
    #expect(latent.hardware.deviceText == "Ascend 910B (Atlas 900 A2 PODc)")
    #expect(latent.hardware.count == 8)
  }

  @Test("each source's convention explains its own figures where it prints speed and FLOPs")
  func conventionsAgree() throws {
    let table = try CSVTable(path: "\(Self.folder)/runs.csv")
    var checked: [String: Int] = [:]
    for row in table.rows {
      guard let ratio = conventionRatio(RunFields(row)) else { continue }
      let series = String(row["id"].prefix { $0 != "-" })
      checked[series, default: 0] += 1
      let text = Comment(rawValue: "\(row["id"]): \(ratio)")
      #expect(abs(ratio - 1) < 0.03, text)
    }
    #expect(checked["mpt", default: 0] >= 59)
    #expect(checked["dgxc", default: 0] >= 70)
    #expect(checked["bridge", default: 0] >= 60)
  }

  /// The work a token that a row's FLOP figure implies ÷ the work by the source's convention; nil
  /// where the row does not print both a speed and a FLOP figure, or is known not to agree.
  private func conventionRatio(_ fields: RunFields) -> Double? {
    guard let run = try? publishedRow(fields, line: 1, model: { _ in nil }).content.get(),
      var peak = Self.peaks[run.hardware.device ?? ""], !Self.disagreeing(run)
    else { return nil }
    if run.recipe.precision == .fp8 { peak *= 2 }
    if run.recipe.precision == .tf32 { peak /= 2 }
    let figures = (1...3).compactMap { try? RunObservation(fields, slot: $0) }
    let tokens = run.recipe.tokensPerStep.value / Double(run.hardware.count)
    let rate = figures.lazy.compactMap { figure -> Double? in
      switch figure.measure {
      case .stepTime: tokens / figure.value / figure.scale
      case .tokenRate(true): figure.value * figure.scale
      case .tokenRate(false): figure.value * figure.scale / Double(run.hardware.count)
      default: nil
      }
    }.first
    let counted = figures.lazy.compactMap { figure -> Double? in
      switch figure.measure {
      case .work: figure.value * figure.scale
      case .utilization(false): figure.value * figure.scale * peak * 1e12
      default: nil
      }
    }.first
    guard let rate, let counted else { return nil }
    let length = run.recipe.sequenceLength
    return counted / rate / run.flops.workPerToken(of: run.model, sequenceLength: length).value
  }

  /// 16-bit peaks behind the MFU of the sources, in TFLOP/s.
  private static let peaks = [
    "nvidia-a100-80-sxm": 312.0, "nvidia-a100-40-sxm": 312, "nvidia-a800-80-sxm": 312,
    "nvidia-h100-sxm": 989, "nvidia-h800-sxm": 989, "nvidia-gb200-nvl72": 2450,
    "nvidia-gb300-nvl72": 2450, "nvidia-b200-sxm": 2250, "nvidia-b300-sxm": 2250,
  ]

  /// Rows whose own figures do not agree: windows on half of the layers (GPT-OSS), further-token
  /// modules that only their model file tells (DeepSeek-V3), fewer parameters than the name says.
  private static func disagreeing(_ run: PublishedRun) -> Bool {
    let model = run.label.model
    return ["GPT-OSS", "DeepSeek-V3", "Qwen1.5-MoE"].contains(where: model.contains)
  }
}
