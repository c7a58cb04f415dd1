import Units
import Workload

extension RunDecoder {
  /// The recipe as the row prints it. Where no batch is printed it is about 4 million tokens a step,
  /// the order of published pre-training runs.
  mutating func recipe(of model: ModelArchitecture) throws(RunSkip) -> TrainingRecipe {
    var length = try count("seq_len", limit: 1e8)
    if length == nil {
      length = 4096
      assume("seq_len 4096")
    }
    let sequenceLength = length ?? 4096
    let batch = try count("global_batch", limit: 1e8) ?? max(1, (1 << 22) / sequenceLength)
    let isSmall = fields["opt_sharding"]?.mentions(anyOf: ["8-bit", "8bit"]) ?? false
    return TrainingRecipe(
      tokens: .trillion, sequenceLength: sequenceLength, globalBatch: batch,
      precision: try precision(), optimizer: isSmall ? .adam8bit : .adam,
      routing: model.experts == nil ? .balanced : routing())
  }

  /// The number format of the layers' matrix products.
  ///
  /// `fp32` is TF32: frameworks that print `fp32` run matrix products in the units for it.
  mutating func precision() throws(RunSkip) -> TrainingPrecision {
    let text = fields["precision"] ?? ""
    if text.isEmpty || text.mentions("not stated") || text.mentions("bf16 or fp8") {
      assume("precision bf16")
      return .bf16
    }
    if text.mentions(anyOf: ["nvfp4", "fp4"]) { return .fp4Block }
    // `fp8-cs (fp8-mx)` is the first, with a second figure in parentheses in its source.
    let main = text.split(separator: "(").first.map(String.init) ?? text
    if main.mentions(anyOf: ["mxfp8", "fp8-mx"]) || text.mentions("block") { return .fp8Block }
    if main.mentions("fp8") { return .fp8 }
    if main.mentions("bf16") || main.mentions("bfloat") { return .bf16 }
    if main.mentions("fp16") || main.mentions("float16") { return .fp16 }
    if main.mentions(anyOf: ["fp32", "tf32", "float32"]) {
      assume("'\(text)' as TF32 matrix products")
      return .tf32
    }
    if main.mentions("amp") {
      assume("mixed precision as fp16")
      return .fp16
    }
    throw .precision(text)
  }

  /// How evenly the experts are filled.
  ///
  /// A natural router's load is drawn with concentration 8: its Gini coefficient, 1 ÷ √(π · 8), is
  /// 0.2, in the middle of the 0.105 to 0.24 that arXiv 2605.20982 measured on real text.
  private mutating func routing() -> RoutingLoad {
    let text = fields["routing"] ?? ""
    if text.mentions(anyOf: ["drop,", "token drop", "capacity"]) {
      let factor = numbers(in: text).first { $0 >= 1 && $0 <= 100 } ?? 1
      return .capacity(factor: factor, padded: text.mentions("padd"))
    }
    if text.mentions("force") || text.mentions("aux-loss-free") { return .balanced }
    if text.mentions("natural") || text.mentions("balance loss") {
      return .dirichlet(concentration: 8)
    }
    assume("balanced routing")
    return .balanced
  }
}
