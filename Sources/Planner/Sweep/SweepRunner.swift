import Foundation
import Hardware
import Numerics
import Parallelism
import Workload

/// A sweep made ready: its rows in their order, and what each of them asks.
///
/// Fields of an explicit plan vary fastest and need no reading; all other fields are set in the input files
/// and the scenario is read once for each combination of theirs. Every combination asks each model on each
/// fleet. A drawn sweep reads the scenario for every point.
public struct SweepRunner: Sendable {
  /// Reads the scenario with some of its inputs set to other values.
  public typealias Reader = @Sendable ([SweepSetting]) throws -> Scenario

  public let models: Int
  public let fleets: Int
  /// Whether each row is a search for its plan.
  public let searches: Bool
  /// Fields that are set in the input files, and fields of the plan, as the columns name them.
  public let outerFields: [String]
  public var planFields: [String] { planAxes.map(\.field) }
  private let outer: [SweepAxis]
  private let planAxes: [PlanAxis]
  private let draw: Sweep.Draw?
  private let read: Reader
  /// By drawn point, the stratum of each axis.
  private let strata: [[Int32]]
  private let rowsPerChunk: Int
  private let idle = SweepEntryPool()

  /// A chunk is what is lost when a sweep is ended, and what cores share out: a tenth of a second of pricing, or
  /// of reading scenarios.
  private static let mostRowsPerChunk = 1 << 16
  private static let mostReadings = 64

  /// - Throws: What `read` throws for the base scenario or for a value of a plan's field.
  public init(_ sweep: Sweep, read: @escaping Reader) throws {
    let base = try read([])
    models = base.models.count
    fleets = base.fleets.count
    if case .search = base.plan { searches = true } else { searches = false }
    self.read = read
    draw = sweep.draw
    var planAxes: [PlanAxis] = []
    var outer: [SweepAxis] = []
    if case .explicit = base.plan, sweep.draw == nil {
      for axis in sweep.axes {
        let plan = try PlanAxis(axis) { settings in
          guard case .explicit(let plan) = try read(settings).plan else { return ParallelPlan() }
          return plan
        }
        if let plan { planAxes.append(plan) } else { outer.append(axis) }
      }
      let plans = planAxes.reduce(1) { $0 * $1.texts.count }
      rowsPerChunk =
        plans < Self.mostRowsPerChunk / Self.mostReadings
        ? plans * Self.mostReadings : Self.mostRowsPerChunk
    } else {
      outer = sweep.axes
      rowsPerChunk = 32
    }
    self.outer = outer
    self.planAxes = planAxes
    outerFields = outer.map(\.field)
    strata = sweep.draw.map { Self.strata($0, axes: sweep.axes.count) } ?? []
  }

  private static func strata(_ draw: Sweep.Draw, axes: Int) -> [[Int32]] {
    let random = RandomGenerator(seed: draw.seed)
    return (0..<axes).map { _ in
      var order = (0..<draw.points).map(Int32.init)
      for index in stride(from: draw.points - 1, to: 0, by: -1) {
        order.swapAt(index, Int(random.uniform() * Double(index + 1)))
      }
      return order
    }
  }

  private var outerPoints: Int { draw?.points ?? outer.reduce(1) { $0 * $1.count } }
  private var planPoints: Int { planAxes.reduce(1) { $0 * $1.texts.count } }
  private var entries: Int { models * fleets }

  /// All rows of the sweep.
  public var rows: Int { outerPoints * entries * planPoints }

  /// Pieces of the sweep that are answered as one, in order.
  public var chunks: Int { (rows + rowsPerChunk - 1) / rowsPerChunk }

  public func rows(inChunk chunk: Int) -> Range<Int> {
    chunk * rowsPerChunk..<min(rows, (chunk + 1) * rowsPerChunk)
  }

  /// The text of a value of a plan's field.
  public func planTexts(_ axis: Int) -> [String] { planAxes[axis].texts }

  /// Rows that differ in fields of the plan only.
  public struct Block {
    /// By field that is set in the input files.
    public let settings: [String]
    public var model: String { entry.model }
    public var fleet: String { entry.fleet.id }
    fileprivate let plans: Int
    fileprivate let entry: SweepEntry
    fileprivate var walk: PlanWalk

    /// Answers the rows in order.
    ///
    /// - Parameter body: Takes, by field of the plan, the number of its value; the first field whose value
    ///   is not that of the row before; and what came of the row.
    public mutating func answer(_ body: ([Int], Int, SweepRow) throws -> Void) throws {
      for _ in 0..<plans {
        try body(walk.values, walk.firstChanged, entry.row(walk.plan))
        walk.step()
      }
    }
  }

  /// The rows of a chunk, in order.
  public func answer(chunk: Int, _ body: (inout Block) throws -> Void) throws {
    let range = rows(inChunk: chunk)
    var index = range.lowerBound
    while index < range.upperBound {
      let number = index / planPoints
      let end = min(range.upperBound, (number + 1) * planPoints)
      let entry = try idle.take(number) ?? entry(number)
      var block = Block(
        settings: settings(number / entries).map(\.text), plans: end - index, entry: entry,
        walk: PlanWalk(entry.plan, axes: planAxes, from: index % planPoints))
      try body(&block)
      if end % planPoints > 0 { idle.give(entry, number) }
      index = end
    }
  }

  private func entry(_ number: Int) throws -> SweepEntry {
    let scenario = try read(settings(number / entries))
    return SweepEntry(
      model: scenario.models[number % entries / fleets],
      fleet: scenario.fleets[number % fleets], scenario: scenario)
  }

  private func settings(_ point: Int) -> [SweepSetting] {
    if let draw {
      return outer.indices.map { axis in
        let part = (Double(strata[axis][point]) + 0.5) / Double(draw.points)
        return SweepSetting(field: outer[axis].field, text: outer[axis].text(at: part))
      }
    }
    var rest = point
    var settings: [SweepSetting] = []
    for axis in outer.reversed() {
      settings.append(SweepSetting(field: axis.field, text: axis.text(rest % axis.count)))
      rest /= axis.count
    }
    return settings.reversed()
  }
}
