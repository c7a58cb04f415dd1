import Foundation
import Numerics

/// How far the predictions of a kernel table are off, by device and precision.
public struct KernelErrorSummary: Sendable {
  /// The errors of one group of rows.
  public struct Group: Hashable, Sendable {
    /// A device, or `all`.
    public var device: String
    /// A precision, `all`, or empty where the table has none.
    public var precision: String
    public var rows: Int
    public var skipped: Int
    /// Rows predicted beyond the shapes that the curve was fitted on.
    public var continued: Int
    /// Of the absolute relative error; nil where every row was skipped.
    public var median: Double?
    public var p90: Double?
    /// The median of predicted ÷ measured − 1: above 0, the predictions are long.
    public var bias: Double?
  }

  private struct Key: Hashable, Comparable {
    var device: String
    var precision: String

    static func < (a: Self, b: Self) -> Bool {
      (a.device, a.precision) < (b.device, b.precision)
    }
  }

  private var errors: [Key: [Double]] = [:]
  private var skipped: [Key: Int] = [:]
  private var continued: [Key: Int] = [:]

  public init() {}

  public mutating func add(_ row: KernelValidation.Row) {
    let key = Key(device: row.device, precision: row.precision)
    if row.isContinued { continued[key, default: 0] += 1 }
    if let error = row.relativeError {
      errors[key, default: []].append(error)
    } else {
      skipped[key, default: 0] += 1
    }
  }

  /// One group for each device and precision, in alphabetical order, then one of all rows.
  public var groups: [Group] {
    let keys = Set(errors.keys).union(skipped.keys).sorted()
    let each = keys.map { key in
      group(
        key.device, key.precision, errors[key] ?? [], skipped: skipped[key] ?? 0,
        continued: continued[key] ?? 0)
    }
    guard keys.count > 1 else { return each }
    let all = keys.flatMap { errors[$0] ?? [] }
    let whole = group(
      "all", "all", all, skipped: skipped.values.reduce(0, +),
      continued: continued.values.reduce(0, +))
    return each + [whole]
  }

  private func group(
    _ device: String, _ precision: String, _ errors: [Double], skipped: Int, continued: Int
  ) -> Group {
    let absolute = errors.map(abs)
    return Group(
      device: device, precision: precision, rows: errors.count + skipped, skipped: skipped,
      continued: continued,
      median: Numerics.median(absolute), p90: quantile(absolute, 0.9),
      bias: Numerics.median(errors))
  }
}
