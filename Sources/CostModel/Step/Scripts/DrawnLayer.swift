import Parallelism
public import Units

/// A layer with experts whose loads are drawn. Each load is priced once.
public struct DrawnLayer: Sendable {
  private let source: ScriptSource
  private let rest: BlockRest
  private let lowered: @Sendable (Double) -> Block
  private var known: [Double: ScriptSource.Steps] = [:]
  /// The load at which what a chunk keeps is told.
  private let expectedLoad: Double
  /// What the layer keeps for its backward pass for each unit of load.
  private let keptByLoad: Bytes

  init(
    _ source: ScriptSource, _ rest: BlockRest, expectedLoad: Double,
    _ lowered: @escaping @Sendable (Double) -> Block
  ) throws {
    self.source = source
    self.rest = rest
    self.lowered = lowered
    self.expectedLoad = expectedLoad
    keptByLoad = try source.kept(lowered(2)) - source.kept(lowered(1))
  }

  /// The layer on a rank that computes `load` times its fair share of tokens.
  ///
  /// - Parameter busiest: The load of the busiest rank of its group, which the exchange waits for.
  public mutating func script(load: Double, busiest: Double) throws -> BlockScript {
    let steps = ScriptSource.merged(
      even: try steps(1), own: try steps(load), slowest: try steps(busiest))
    return rest.script(steps, isSplit: true)
  }

  /// What the layer keeps for its backward pass beyond what it keeps at the expected load.
  public func keptBeyond(load: Double) -> Bytes { keptByLoad * (load - expectedLoad) }

  private mutating func steps(_ load: Double) throws -> ScriptSource.Steps {
    if let steps = known[load] { return steps }
    let steps = try source.steps(lowered(load), isLayer: true)
    known[load] = steps
    return steps
  }
}
