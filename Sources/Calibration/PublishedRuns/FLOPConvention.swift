import CSV

/// How a source counts the floating-point operations behind its TFLOP/s and its MFU.
///
/// Sources differ by up to a half on the same run, so each number is compared by its own source's
/// count. `FLOPConvention.of` holds the table of sources.
public struct FLOPConvention: Hashable, Sendable {
  public enum AttentionCount: Hashable, Sendable {
    /// All pairs of positions, 12 · layers · sequence · heads · width a token.
    case square
    /// The pairs that a causal mask leaves, half of them.
    case causal
    /// None: weights only.
    case none
  }

  public enum Weights: Hashable, Sendable {
    /// Every weight matrix that a token meets, and the output projection.
    case active
    /// The same, with as many key-value heads as query heads.
    case activeWithoutGroups
    /// The number in the model's name, or else the one that its makers print.
    case nominal
  }

  public var name: String
  public var weights: Weights = .active
  public var attention: AttentionCount = .square
  /// Whether the forward pass that full recomputation repeats is counted, output projection apart.
  public var countsRecompute = false
  /// The peak behind the source's MFU, in FLOP/s; nil for the device's in the run's precision.
  public var peak: Double?
  /// The parameters that `nominal` means.
  public var nominalParameters: Double?
}

/// One line of the table of conventions: the sources that it is for, and how they count.
private struct Rule: Sendable {
  /// Words of which one must stand in the row's source.
  var source: [String]
  /// Words of which one must stand in the row's model; none for every model.
  var model: [String] = []
  /// The last month of release that the rule holds for.
  var until = "9999-12"
  var convention: FLOPConvention
}

/// The conventions of the sources, the first that fits. Each was checked on the rows of its source
/// that print both a speed and a FLOP figure: within 3 % of each other by the convention here.
private let rules: [Rule] = [
  Rule(
    source: ["2104.04473"],
    convention: FLOPConvention(
      name: "96 B s l h² (1 + s/6h + V/16lh): full square, with full recomputation",
      countsRecompute: true)),
  Rule(
    source: ["FlagPerf"],
    convention: FLOPConvention(
      name: "6 times the parameters in the model's name", weights: .nominal, attention: .none)),
  Rule(
    source: ["dgxc-benchmarking"], model: ["nemotron"], until: "2025-04",
    convention: FLOPConvention(
      name: "full square, key-value groups ignored", weights: .activeWithoutGroups)),
  Rule(
    source: ["dgxc-benchmarking"], model: ["grok", "llama-4", "llama 4", "deepseek"],
    convention: causal),
  Rule(source: ["dgxc-benchmarking"], convention: square),
  Rule(
    source: ["Megatron-Bridge", "MoE-ModelZoo", "2603.07685", "2505.09343"], convention: causal),
  Rule(
    source: [
      "2504.14960", "2205.05198", "2402.15627", "llm-foundry", "SimuMax", "MindSpeed", "vTrain",
    ], convention: square),
  Rule(source: ["Megatron"], until: "2025-04", convention: square),
  Rule(source: ["Megatron", "NeMo", "Primus"], convention: causal),
]

private let square = FLOPConvention(name: "weights and the full square of attention")
private let causal = FLOPConvention(
  name: "weights and the causal half of attention", attention: .causal)

extension FLOPConvention {
  /// The convention of a row: what its own metric says, on top of what its source is known for.
  ///
  /// A source that the table lacks is taken to count weights and the full square of attention, as
  /// PaLM did (arXiv 2204.02311, appendix B).
  static func of(_ fields: RunFields, observation: RunObservation?) -> FLOPConvention {
    let source = fields["source"] ?? ""
    let release = fields["release"] ?? ""
    let model = fields["model"] ?? ""
    let rule = rules.first { rule in
      source.mentions(anyOf: rule.source)
        && (rule.model.isEmpty || model.mentions(anyOf: rule.model)) && release <= rule.until
    }
    var convention = rule?.convention ?? square
    let metric = observation?.metric ?? ""
    if metric.mentions("non-causal") {
      convention.attention = .square
    } else if metric.mentions("causal") {
      convention.attention = .causal
    } else if metric.mentions("6n") {
      convention.attention = .none
      convention.weights = .nominal
    }
    convention.nominalParameters = nominal(fields, byName: source.mentions("FlagPerf"))
    convention.peak = observation.flatMap(printedPeak)
    return convention
  }

  /// The peak that a unit or a metric names, in TFLOP/s: 989 in `% of 989`.
  private static func printedPeak(_ observation: RunObservation) -> Double? {
    let words = observation.unit.mentions("% of") ? observation.unit : observation.metric
    guard words.mentions(" of ") else { return nil }
    return numbers(in: words).last.map { $0 * 1e12 }
  }

  /// The active parameters: 2.7 · 10⁹ of `Qwen1.5-MoE-A2.7B`, 8 · 10⁹ of `Llama-3 8B`.
  private static func nominal(_ fields: RunFields, byName: Bool) -> Double? {
    let printed = fields["active_params_B"] ?? fields["total_params_B"]
    let named = (fields["model"] ?? "").split { $0 == " " || $0 == "-" }.compactMap {
      word -> Double? in
      guard word.last == "B" || word.last == "b" else { return nil }
      return finiteNumber(String(word.dropLast().drop { $0 == "A" }))
    }
    let name = byName ? named.last : nil
    return (name ?? printed.flatMap(finiteNumber) ?? named.last).map { $0 * 1e9 }
  }
}
