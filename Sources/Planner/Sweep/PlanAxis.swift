import Parallelism

/// A swept field of an explicit plan, with its values read: what changes from row to row without reading
/// the scenario again.
struct PlanAxis: Sendable {
  let field: String
  let texts: [String]
  /// A plan for each value, of which `take` copies the one field.
  private let plans: [ParallelPlan]
  private let take: @Sendable (inout ParallelPlan, ParallelPlan) -> Void

  /// - Returns: Nil where the field is no part of a plan.
  init?(_ axis: SweepAxis, read: ([SweepSetting]) throws -> ParallelPlan) rethrows {
    guard let take = Self.fields[axis.field] else { return nil }
    self.take = take
    field = axis.field
    let texts = (0..<axis.count).map(axis.text)
    self.texts = texts
    plans = try texts.map { try read([SweepSetting(field: axis.field, text: $0)]) }
  }

  func set(_ value: Int, in plan: inout ParallelPlan) { take(&plan, plans[value]) }

  private static let fields: [String: @Sendable (inout ParallelPlan, ParallelPlan) -> Void] = [
    "plan.tensor": { $0.tensor = $1.tensor },
    "plan.context": { $0.context = $1.context },
    "plan.pipeline": { $0.pipeline = $1.pipeline },
    "plan.virtual_stages": { $0.virtualStages = $1.virtualStages },
    "plan.first_stage_layers": { $0.firstStageLayers = $1.firstStageLayers },
    "plan.last_stage_layers": { $0.lastStageLayers = $1.lastStageLayers },
    "plan.data": { $0.data = $1.data },
    "plan.expert": { $0.expert = $1.expert },
    "plan.expert_tensor": { $0.expertTensor = $1.expertTensor },
    "plan.micro_batch": { $0.microBatch = $1.microBatch },
    "plan.sequence_parallel": { $0.sequenceParallel = $1.sequenceParallel },
    "plan.schedule": { $0.schedule = $1.schedule },
    "plan.sharding": { $0.sharding = $1.sharding },
    "plan.recompute": { $0.recompute = $1.recompute },
    "plan.overlap": { $0.overlap = $1.overlap },
  ]
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
