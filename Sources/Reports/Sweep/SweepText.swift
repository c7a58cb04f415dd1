import CSV
public import Planner
import Units

/// The rows of a sweep as CSV bytes.
///
/// A sweep has millions of rows, so the texts of plan fields are made once, and what rows share is kept.
public struct SweepText: Sendable {
  private let runner: SweepRunner
  private let currency: String
  /// By axis and value, with a comma behind.
  private let planTexts: [[[UInt8]]]

  public init(_ runner: SweepRunner, currency: String) {
    self.runner = runner
    self.currency = currency.lowercased()
    planTexts = runner.planFields.indices.map { axis in
      runner.planTexts(axis).map { Array(Self.field($0).utf8) + [UInt8(ascii: ",")] }
    }
  }

  /// One field of a line.
  private static func field(_ text: String) -> String { String(CSVWriter.line([text]).dropLast()) }

  public var header: [UInt8] {
    let columns =
      runner.outerFields + ["model", "fleet"] + runner.planFields + [
        "devices_used", "status", "step_time_s", "mfu_causal_percent", "peak_memory_gb",
        "run_duration_d", "run_cost_\(currency)",
      ]
    return Array(CSVWriter.line(columns).utf8)
  }

  /// All lines of a chunk.
  public func lines(ofChunk chunk: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(runner.rows(inChunk: chunk).count * 96)
    var shared: [UInt8] = []
    try runner.answer(chunk: chunk) { place, row in
      if place.isNew {
        let fields = place.settings + [place.model, place.fleet]
        shared = Array(CSVWriter.line(fields).utf8.dropLast()) + [UInt8(ascii: ",")]
      }
      bytes.append(contentsOf: shared)
      for axis in place.planValues.indices {
        bytes.append(contentsOf: planTexts[axis][place.planValues[axis]])
      }
      append(row, to: &bytes)
    }
    return bytes
  }

  private func append(_ row: SweepRow, to bytes: inout [UInt8]) {
    let comma = UInt8(ascii: ",")
    bytes.append(digits: UInt64(row.devices))
    bytes.append(comma)
    bytes.append(contentsOf: row.status.rawValue.utf8)
    bytes.append(comma)
    if row.hasNumbers {
      bytes.append(fixed: row.stepTime.value, decimals: 4)
      bytes.append(comma)
      bytes.append(fixed: 100 * row.utilization, decimals: 2)
      bytes.append(comma)
      bytes.append(fixed: row.peakMemory / Bytes.GB, decimals: 2)
      bytes.append(comma)
      bytes.append(fixed: row.duration / Seconds.day, decimals: 2)
      bytes.append(comma)
      if let cost = row.cost { bytes.append(fixed: cost.value, decimals: 0) }
    } else {
      bytes.append(contentsOf: [comma, comma, comma, comma])
    }
    bytes.append(UInt8(ascii: "\n"))
  }
}
