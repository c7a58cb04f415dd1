import Parallelism

/// A swept field of an explicit plan, with its values read: what changes from row to row without reading
/// the scenario again.
struct PlanAxis: Sendable {
  let field: String
  let texts: [String]
  /// A plan for each value, of which the field is copied.
  fileprivate let plans: [ParallelPlan]
  fileprivate let part: PlanPart

  /// - Returns: Nil where the field is no part of a plan.
  init?(_ axis: SweepAxis, read: ([SweepSetting]) throws -> ParallelPlan) rethrows {
    guard let part = PlanPart(rawValue: axis.field) else { return nil }
    self.part = part
    field = axis.field
    let texts = (0..<axis.count).map(axis.text)
    self.texts = texts
    plans = try texts.map { try read([SweepSetting(field: axis.field, text: $0)]) }
  }
}

/// A field of a plan as the scenario writes it.
private enum PlanPart: String {
  case tensor = "plan.tensor"
  case context = "plan.context"
  case pipeline = "plan.pipeline"
  case virtualStages = "plan.virtual_stages"
  case firstStageLayers = "plan.first_stage_layers"
  case lastStageLayers = "plan.last_stage_layers"
  case data = "plan.data"
  case expert = "plan.expert"
  case expertTensor = "plan.expert_tensor"
  case microBatch = "plan.micro_batch"
  case sequenceParallel = "plan.sequence_parallel"
  case schedule = "plan.schedule"
  case sharding = "plan.sharding"
  case recompute = "plan.recompute"
  case overlap = "plan.overlap"

  func copy(_ source: ParallelPlan, to plan: inout ParallelPlan) {
    switch self {
    case .tensor: plan.tensor = source.tensor
    case .context: plan.context = source.context
    case .pipeline: plan.pipeline = source.pipeline
    case .virtualStages: plan.virtualStages = source.virtualStages
    case .firstStageLayers: plan.firstStageLayers = source.firstStageLayers
    case .lastStageLayers: plan.lastStageLayers = source.lastStageLayers
    case .data: plan.data = source.data
    case .expert: plan.expert = source.expert
    case .expertTensor: plan.expertTensor = source.expertTensor
    case .microBatch: plan.microBatch = source.microBatch
    case .sequenceParallel: plan.sequenceParallel = source.sequenceParallel
    case .schedule: plan.schedule = source.schedule
    case .sharding: plan.sharding = source.sharding
    case .recompute: plan.recompute = source.recompute
    case .overlap: plan.overlap = source.overlap
    }
  }
}

/// A walk over all combinations of the values of some axes; the last axis runs fastest.
///
/// It holds its own copies of what the axes know: cores that walk at the same time share nothing, not even
/// counts of references.
struct PlanWalk {
  private(set) var plan: ParallelPlan
  /// By axis, the number of its value.
  private(set) var values: [Int]
  /// The first axis whose value is not that of the plan before.
  private(set) var firstChanged = 0
  private let parts: [PlanPart]
  private let counts: [Int]
  /// Of the values of all axes one after another, where each axis starts.
  private let starts: [Int]
  private let sources: [ParallelPlan]

  /// - Parameters:
  ///   - plan: What the axes leave alone.
  ///   - point: The combination to start at, in the order of the walk.
  init(_ plan: ParallelPlan, axes: [PlanAxis], from point: Int) {
    self.plan = plan
    parts = axes.map(\.part)
    counts = axes.map(\.plans.count)
    var start = 0
    starts = axes.map { axis in
      defer { start += axis.plans.count }
      return start
    }
    sources = axes.flatMap(\.plans)
    var rest = point
    values = axes.reversed().map { axis in
      defer { rest /= axis.plans.count }
      return rest % axis.plans.count
    }.reversed()
    for axis in axes.indices { set(axis) }
  }

  private mutating func set(_ axis: Int) {
    parts[axis].copy(sources[starts[axis] + values[axis]], to: &plan)
  }

  /// Goes on to the next plan.
  mutating func step() {
    for axis in parts.indices.reversed() {
      let next = values[axis] + 1
      values[axis] = next == counts[axis] ? 0 : next
      set(axis)
      firstChanged = axis
      if values[axis] > 0 { return }
    }
  }
}

/// Another value for a field of a scenario or of a file that it names.
public struct SweepSetting: Hashable, Sendable {
  public var field: String
  public var text: String

  public init(field: String, text: String) {
    self.field = field
    self.text = text
  }
}
