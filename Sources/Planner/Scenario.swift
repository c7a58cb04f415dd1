public import Hardware
public import Parallelism
public import TrainingRun
public import Units
public import Workload

/// A question: which model, trained how, on which fleets, compared with what.
///
/// Every reference is resolved and every price converted to `currency`.
public struct Scenario: Sendable {
  /// The name of its file, which is also the name of its report folder.
  public var id: String
  public var title: String
  public var models: [ModelArchitecture]
  /// The recipe whose `tokens` are the unit of comparison.
  public var recipe: TrainingRecipe
  public var fleets: [Fleet]
  /// Fleets of `fleets` that train together, beside each alone.
  public var mixes: [FleetMix]
  public var plan: PlanChoice
  /// The fleet that savings are measured against.
  public var baseline: String?
  /// The ISO-like code of the one currency of all money here, such as `RMB`.
  public var currency: String
  /// The tokens of the whole run, where it is longer than the unit of comparison.
  public var totalTokens: Tokens
  /// The time in which `totalTokens` must be done; each fleet's size is then its upper limit.
  public var deadline: Seconds?
  /// The most that `totalTokens` may cost.
  public var budget: Money?
  public var references: [QuotedReference]
  /// How the run of each fleet goes, by the fleet's name; empty where only steps are asked for.
  public var runs: [String: RunSetting]
  /// The stragglers of runs, where measured rates tell them.
  public var stragglers: StragglerStudy?
  /// The inputs in use that are not sure.
  public var uncertain: [UncertainInput]
  /// How those are drawn; nil where they are not.
  public var samplePlan: SamplePlan?
  /// Every profile number in use, in the order of reading, for `inputs.csv`.
  public var inputs: [InputRecord]
  /// What is wrong with the fabric while a step is simulated. Estimates by formula know a sound one only.
  public var condition: FabricCondition
  /// Why fleets cannot be had at all, by name.
  public var barriers: [String: MarketBarrier]

  public init(
    id: String, title: String, models: [ModelArchitecture], recipe: TrainingRecipe,
    fleets: [Fleet], mixes: [FleetMix] = [], plan: PlanChoice, baseline: String?, currency: String,
    totalTokens: Tokens,
    deadline: Seconds?, budget: Money? = nil, references: [QuotedReference],
    runs: [String: RunSetting] = [:], stragglers: StragglerStudy? = nil,
    uncertain: [UncertainInput] = [],
    samplePlan: SamplePlan? = nil, inputs: [InputRecord],
    condition: FabricCondition = .sound, barriers: [String: MarketBarrier] = [:]
  ) {
    self.id = id
    self.title = title
    self.models = models
    self.recipe = recipe
    self.fleets = fleets
    self.mixes = mixes
    self.plan = plan
    self.baseline = baseline
    self.currency = currency
    self.totalTokens = totalTokens
    self.deadline = deadline
    self.budget = budget
    self.references = references
    self.runs = runs
    self.stragglers = stragglers
    self.uncertain = uncertain
    self.samplePlan = samplePlan
    self.inputs = inputs
    self.condition = condition
    self.barriers = barriers
  }
}

/// The layout to run: the best that a search finds, or one that is given.
public enum PlanChoice: Sendable {
  case search(PlanQuery)
  /// A plan whose `data` is to be derived from the fleet's size where it is 0.
  case explicit(ParallelPlan)
}

/// A figure that somebody else printed. It stands beside ours in reports and is never an input.
public struct QuotedReference: Sendable {
  /// The fleet it speaks of, or nil where its source does not say.
  public var fleet: String?
  public var label: String
  public var cost: Money
  public var tokens: Tokens
  public var source: String

  public init(fleet: String?, label: String, cost: Money, tokens: Tokens, source: String) {
    self.fleet = fleet
    self.label = label
    self.cost = cost
    self.tokens = tokens
    self.source = source
  }
}

/// One number of a profile, as written, with its origin.
public struct InputRecord: Hashable, Sendable {
  /// The file, relative to the project's root, such as `hardware-profiles/devices/ling-d.yaml`.
  public var file: String
  /// The path of keys, such as `memory.bandwidth`.
  public var key: String
  public var value: String
  public var kind: Provenance
  public var source: String

  public init(file: String, key: String, value: String, kind: Provenance, source: String) {
    self.file = file
    self.key = key
    self.value = value
    self.kind = kind
    self.source = source
  }
}
