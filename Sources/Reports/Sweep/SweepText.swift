import CSV
import CostModel
import Parallelism
public import Planner
import Units
import Workload

/// The rows of a sweep as CSV bytes.
public struct SweepText: Sendable {
  private let runner: SweepRunner
  private let currency: String

  public init(_ runner: SweepRunner, currency: String) {
    self.runner = runner
    self.currency = currency.lowercased()
  }

  public var header: [UInt8] {
    let columns =
      runner.outerFields + ["model", "fleet"] + runner.planFields
      + (runner.searches ? ["precision", "plan"] : []) + [
        "devices_used", "status", "step_time_s", "mfu_causal_percent", "peak_memory_gb",
        "run_duration_d", "run_cost_\(currency)",
      ]
    return Array(CSVWriter.line(columns).utf8)
  }

  /// All lines of a chunk.
  public func lines(ofChunk chunk: Int) throws -> [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity(runner.rows(inChunk: chunk).count * 112)
    let texts = FieldTexts(runner)
    try runner.answer(chunk: chunk) { block in
      let line = SweepLine(
        shared: block.settings + [block.model, block.fleet], texts, searches: runner.searches)
      try block.answer { values, firstChanged, row in
        line.write(values, from: firstChanged, row)
        line.append(to: &lines)
      }
    }
    return lines
  }
}

/// Some fields of a line, with a comma behind each.
private func fields(_ texts: [String]) -> [UInt8] {
  Array(CSVWriter.line(texts).utf8.dropLast()) + [UInt8(ascii: ",")]
}

/// The texts of all values of the plan's fields and of the status, made once for each chunk: cores that
/// write at the same time share no count of references.
private struct FieldTexts {
  private(set) var bytes: [UInt8] = []
  /// By field and value.
  private(set) var ranges: [[Range<Int>]] = []
  private(set) var statuses: [Range<Int>] = []
  /// Of the longest values of all fields.
  private(set) var longest = 0

  init(_ runner: SweepRunner) {
    for field in runner.planFields.indices {
      ranges.append(runner.planTexts(field).map { add($0) })
      longest += ranges[field].map(\.count).max() ?? 0
    }
    statuses = SweepRow.Status.allCases.map { add($0.word) }
  }

  private mutating func add(_ text: String) -> Range<Int> {
    let start = bytes.count
    bytes += fields([text])
    return start..<bytes.count
  }
}

/// One line after another. What a line shares with the one before it is left as it stands.
private final class SweepLine {
  private let texts: FieldTexts
  private let line: LineBuffer
  private let searches: Bool
  /// More than a plan's line with all its words takes.
  private static let longestPlan = 512
  /// By field of the plan, where it starts; then where they end.
  private var places: [Int]

  init(shared: [String], _ texts: FieldTexts, searches: Bool) {
    self.texts = texts
    self.searches = searches
    let start = fields(shared)
    line = LineBuffer(
      capacity: start.count + texts.longest + (searches ? Self.longestPlan : 0) + 6
        * LineBuffer.longestNumber + 32)
    line.put(start)
    places = Array(repeating: start.count, count: texts.ranges.count + 1)
  }

  func write(_ values: [Int], from firstChanged: Int, _ row: SweepRow) {
    line.cut(to: places[firstChanged])
    for field in firstChanged..<values.count {
      line.put(texts.bytes, texts.ranges[field][values[field]])
      places[field + 1] = line.count
    }
    if searches { putPlan(row.searched?.step) }
    line.put(digits: UInt64(row.devices))
    put(comma)
    line.put(texts.bytes, texts.statuses[row.status.rawValue])
    if row.hasNumbers {
      line.put(fixed: row.stepTime.value, decimals: 4)
      put(comma)
      line.put(fixed: 100 * row.utilization, decimals: 2)
      put(comma)
      line.put(fixed: row.peakMemory / Bytes.GB, decimals: 2)
      put(comma)
      line.put(fixed: row.duration / Seconds.day, decimals: 2)
      put(comma)
      if let cost = row.cost { line.put(fixed: cost.value, decimals: 0) }
    } else {
      for _ in 0..<4 { put(comma) }
    }
    put(UInt8(ascii: "\n"))
  }

  /// The number format and the layout that a search found.
  private func putPlan(_ step: StepEstimate?) {
    line.put(fields([step?.precision.rawValue ?? "", step?.plan.summary ?? ""]))
  }

  private let comma = UInt8(ascii: ",")

  private func put(_ byte: UInt8) { line.put(byte) }

  func append(to lines: inout [UInt8]) { line.append(to: &lines) }
}
