public import Parallelism
public import Workload

/// One published training run, as far as its row tells: what was trained, how, on what, and what
/// was measured.
public struct PublishedRun: Sendable {
  public var label: RunLabel
  public var model: ModelArchitecture
  /// The recipe as printed, for a search over layouts.
  public var recipe: TrainingRecipe
  /// The ways in which the row may be read: one where it states everything, one for each plausible
  /// value of each setting that it leaves open, none where it states no layout at all.
  public var readings: [RunReading]
  public var hardware: RunHardware
  /// What was measured; nil where the source reports that the run does not fit in memory.
  public var observation: RunObservation?
  public var flops: FLOPConvention
  /// Whether the row prints the sequence length.
  public var isSequenceStated: Bool
  /// What the row does not state or states unclearly, and what was taken instead.
  public var assumed: [String]
}

/// One way to read a row: what it states, and one value of each setting that it leaves open.
public struct RunReading: Sendable {
  public var plan: ParallelPlan
  /// The recipe with the batch as the layout can split it.
  public var recipe: TrainingRecipe
  /// Sequences per step as printed ÷ `recipe.globalBatch`: 1 unless the batch had to be rounded.
  public var batchScale: Double
  /// How common the values taken for open settings are, beside the row's other readings.
  public var weight: Double

  public init(
    plan: ParallelPlan, recipe: TrainingRecipe, batchScale: Double = 1, weight: Double = 1
  ) {
    self.plan = plan
    self.recipe = recipe
    self.batchScale = batchScale
    self.weight = weight
  }
}

/// What names a row in a report, read from every row, even one that cannot be described.
public struct RunLabel: Hashable, Sendable {
  public var id: String
  public var source: String
  public var model: String
  public var device: String
  /// How much the row states: `A` all, `B` all but two settings, `C` less. Empty where not graded.
  public var tier: String
  /// The number format as the row prints it.
  public var precision: String
  public var isMoE: Bool
  public var metric: String
  public var unit: String
  /// The measured number, nil where the row prints no single one.
  public var observed: Double?

  /// What rows of one source have in common: the id up to its first dash, `fold` in `fold-012`.
  public var series: String { String(id.prefix { $0 != "-" }) }
}

/// One row of a file of published runs.
public struct PublishedRow: Sendable {
  public var label: RunLabel
  /// The row's peak memory, where it prints one.
  public var memory: MemoryObservation?
  /// The run, or why the row cannot be described.
  public var content: Result<PublishedRun, RunSkip>
}

/// The machines of a run, in the words of its row. Which profiles they mean is the reader's choice.
public struct RunHardware: Hashable, Sendable {
  /// The name of a device profile, without the mark of doubt; nil where the row gives none.
  public var device: String?
  /// Whether the row marks the device as a guess among several variants.
  public var isDeviceDoubtful: Bool
  /// The device as its source writes it.
  public var deviceText: String
  public var interconnect: Interconnect
  /// The training framework; empty where the row does not say.
  public var framework: String
  /// The month of its release or of the source, `YYYY-MM`; empty where the row does not say.
  public var release: String
  public var source: String
  public var precision: TrainingPrecision
  /// Devices of the run.
  public var count: Int
  /// The model as its source writes it.
  public var model = ""
  /// Whether weights are sharded over all ranks, and the model is split no other way.
  public var isFullySharded = false
}
