public import Parallelism
public import Workload

/// What a scenario says about the plans that a search considers.
public struct SearchConstraints: Sendable {
  /// The values of one axis.
  public enum Choice<Value: Sendable>: Sendable {
    /// Those of `SearchSpace`, which suit most questions.
    case usual
    /// All legal ones.
    case any
    case of([Value])

    func values(usual: @autoclosure () -> [Value], any: @autoclosure () -> [Value]) -> [Value] {
      switch self {
      case .usual: usual()
      case .any: any()
      case .of(let values): values
      }
    }
  }

  public var tensor = Choice<Int>.usual
  public var context = Choice<Int>.usual
  public var pipeline = Choice<Int>.usual
  public var virtualStages = Choice<Int>.usual
  public var data = Choice<Int>.usual
  public var expert = Choice<Int>.usual
  public var expertTensor = Choice<Int>.usual
  public var microBatch = Choice<Int>.usual
  /// Layers on the first and on the last stage; 0 deals them like the others.
  public var firstStageLayers = Choice<Int>.usual
  public var lastStageLayers = Choice<Int>.usual
  public var schedule = Choice<ScheduleKind>.usual
  public var sharding = Choice<OptimizerSharding>.usual
  public var recompute = Choice<Recompute>.usual
  public var overlap = Choice<Overlaps>.usual
  /// Number formats of the layers' products; the recipe's where nothing is said.
  public var precision = Choice<TrainingPrecision>.usual
  /// Numbers of devices; the fleet's where nothing is said.
  public var devices = Choice<Int>.usual

  public init() {}
}
