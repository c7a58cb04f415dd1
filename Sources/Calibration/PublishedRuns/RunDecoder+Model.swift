import CSV
import Workload

/// Shapes larger than any model's, where a row must be wrong; they also keep products in range.
private enum Limit {
  static let layers = 2000.0
  static let width = 4e6
  static let vocabulary = 1e8
  static let experts = 1e5
  static let parameters = 1e16
}

extension RunDecoder {
  /// The architecture: the row's own columns first, then the model file, then a stated default.
  mutating func model() throws(RunSkip) -> ModelArchitecture {
    let shapes = isExactBase ? base : nil
    guard let layers = try count("layers", limit: Limit.layers) ?? shapes?.layers else {
      throw .missing("layers")
    }
    guard let hidden = try count("hidden", limit: Limit.width) ?? shapes?.hidden else {
      throw .missing("hidden")
    }
    let mixer = try attention(hidden: hidden, shapes: shapes)
    let experts = try expertLayer(layers: layers, shapes: shapes)
    let network = try feedForward(hidden: hidden, experts: experts, shapes: shapes)
    var vocabulary = try count("vocab", limit: Limit.vocabulary) ?? base?.vocabulary
    if vocabulary == nil {
      vocabulary = 51_200
      assume("vocabulary 51200, as Megatron pads GPT-2's")
    }
    let model = ModelArchitecture(
      id: fields["model_key"] ?? "", name: fields["model"] ?? "", layers: layers, hidden: hidden,
      vocabulary: vocabulary ?? 1,
      tiedEmbeddings: fields.prose.mentions("tied embedding") || base?.tiedEmbeddings == true,
      learnedPositions: base?.learnedPositions ?? 0, attention: mixer, feedForward: network,
      experts: experts, multiTokenLayers: multiTokenLayers())
    let size = roughSize(of: model)
    guard size <= Limit.parameters else { throw .tooManyParameters(size) }
    return model
  }

  private mutating func attention(
    hidden: Int, shapes: ModelArchitecture?
  ) throws(RunSkip) -> Attention {
    let known = shapes?.attention
    var heads = try count("heads", limit: Limit.width) ?? known?.heads
    if heads == nil {
      heads = max(1, hidden / 128)
      assume("\(heads ?? 1) heads of width 128")
    }
    if fields["kv_heads"]?.mentions("mla") == true { return latent(heads: heads ?? 1) }
    if fields["kv_heads"] == nil, let known, case .latent = known { return known }
    let groups = try count("kv_heads", limit: Limit.width) ?? known?.keyValueHeads ?? heads
    let width = try count("head_dim", limit: Limit.width) ?? max(1, hidden / (heads ?? 1))
    var details = GroupedQueryAttention(
      heads: heads ?? 1, keyValueHeads: groups ?? 1, headWidth: width)
    if case .grouped(let file) = base?.attention {
      details.biases = file.biases
      details.window = file.window
      details.windowPeriod = file.windowPeriod
    }
    return .grouped(details)
  }

  /// The ranks of latent attention: from the row's words (`mla(q1536 kv512 rope64 v128)`), from the
  /// model file, or those that DeepSeek-V2, DeepSeek-V3 and Kimi K2 share.
  private mutating func latent(heads: Int) -> Attention {
    if case .latent(var file) = base?.attention {
      file.heads = heads
      return .latent(file)
    }
    var shapes = LatentAttention(
      heads: heads, queryRank: 1536, keyValueRank: 512, positionFreeWidth: 128, positionWidth: 64,
      valueWidth: 128)
    guard let text = fields["latent"] else {
      assume("latent attention with DeepSeek-V3's ranks: query 1536, key-value 512")
      return .latent(shapes)
    }
    func value(after name: String) -> Int? {
      guard let range = text.range(ofFolded: name) else { return nil }
      let digits = text[range.upperBound...].prefix { $0.isASCII && $0.isNumber }
      return Int(digits).flatMap { (1...4_000_000).contains($0) ? $0 : nil }
    }
    shapes.queryRank = value(after: "(q")
    shapes.keyValueRank = value(after: "kv") ?? shapes.keyValueRank
    shapes.positionWidth = value(after: "rope") ?? shapes.positionWidth
    shapes.valueWidth = value(after: " v") ?? shapes.valueWidth
    return .latent(shapes)
  }

  private mutating func expertLayer(
    layers: Int, shapes: ModelArchitecture?
  ) throws(RunSkip) -> ExpertLayer? {
    let known = shapes?.experts
    // A row that prints shapes and leaves out experts is dense, whatever its model file holds.
    let isSilent = fields["experts"] == nil && fields["layers"] != nil
    guard let count = try count("experts", limit: Limit.experts) ?? (isSilent ? nil : known?.count)
    else { return nil }
    guard let topK = try self.count("topk", limit: Double(count)) ?? known?.topK else {
      throw .missing("topk")
    }
    guard let width = try self.count("moe_ffn", limit: Limit.width) ?? known?.width else {
      throw .missing("moe_ffn")
    }
    var experts = ExpertLayer(
      count: count, topK: topK, width: width,
      sharedWidth: try sharedWidth(expert: width) ?? base?.experts?.sharedWidth ?? 0,
      sharedGate: base?.experts?.sharedGate ?? false, gated: isGated(base?.experts?.gated),
      biases: base?.experts?.biases ?? false, clamped: base?.experts?.clamped ?? false,
      groupLimit: base?.experts?.groupLimit)
    try place(&experts, layers: layers, known: known)
    return experts
  }

  /// `0`; `2`, each as wide as a routed expert; `4 (width 5632)`, wide in all.
  private func sharedWidth(expert: Int) throws(RunSkip) -> Int? {
    guard let text = fields["shared_experts"] else { return nil }
    let values = numbers(in: text)
    guard let shared = values.first else { return nil }
    let width = text.mentions("width") && values.count > 1 ? values[1] : shared * Double(expert)
    guard width <= Limit.width else {
      throw .outOfRange(column: "shared_experts", value: width, limit: Limit.width)
    }
    return Int(width)
  }

  /// Says which layers hold experts. `dense_layers` counts the leading dense ones; where it is half
  /// of all layers, or the row says so, every second layer holds experts instead.
  private mutating func place(
    _ experts: inout ExpertLayer, layers: Int, known: ExpertLayer?
  ) throws(RunSkip) {
    let printed = singleNumber(fields["dense_layers"] ?? "") ?? -1
    let dense = (0...Limit.layers).contains(printed) ? Int(printed) : -1
    let says = fields.prose.mentions(anyOf: ["every other layer", "every second"])
    if says || (dense > 4 && 2 * dense == layers) {
      experts.period = 2
      return
    }
    experts.leadingDenseLayers = dense >= 0 ? dense : known?.leadingDenseLayers ?? 0
    if dense <= 0 { experts.period = base?.experts?.period ?? 1 }
    guard experts.leadingDenseLayers < layers else {
      throw .outOfRange(
        column: "dense_layers", value: Double(dense), limit: Double(layers - 1))
    }
  }

  private mutating func feedForward(
    hidden: Int, experts: ExpertLayer?, shapes: ModelArchitecture?
  ) throws(RunSkip) -> FeedForward {
    let gated = isGated(base?.feedForward.gated)
    let biases = base?.feedForward.biases ?? false
    if let width = try count("ffn", limit: Limit.width) ?? shapes?.feedForward.width {
      return FeedForward(width: width, gated: gated, biases: biases)
    }
    // A model whose every layer holds experts has no dense network; this width is never used.
    if let experts {
      return FeedForward(width: experts.topK * experts.width, gated: gated, biases: biases)
    }
    guard !gated else { throw .missing("ffn") }
    assume("a plain feed-forward network of 4 times the hidden width")
    return FeedForward(width: 4 * hidden, gated: false, biases: biases)
  }

  private func isGated(_ known: Bool?) -> Bool {
    guard let kind = fields["ffn_kind"] else { return known ?? true }
    return !kind.mentions("plain")
  }

  /// Modules that predict further tokens: what the row's words say, or else the model file.
  private func multiTokenLayers() -> Int {
    let prose = fields.prose
    if prose.mentions(anyOf: ["w/o mtp", "without mtp", "no mtp"]) { return 0 }
    if let count = number(before: "MTP layer", in: prose), count <= 8 { return Int(count) }
    if prose.mentions("w/ mtp") || prose.mentions("with mtp") { return 1 }
    return base?.multiTokenLayers ?? 0
  }

  /// An upper bound of the weights, in floating point, where integers might overflow.
  private func roughSize(of model: ModelArchitecture) -> Double {
    let hidden = Double(model.hidden)
    let heads = Double(max(model.attention.heads, model.attention.keyValueHeads))
    let width = Double(max(model.attention.queryKeyWidth, model.attention.valueWidth))
    var inputs = hidden
    if case .latent(let shapes) = model.attention {
      inputs += Double((shapes.queryRank ?? 0) + shapes.keyValueRank + shapes.positionWidth)
    }
    let mixer = 4 * inputs * heads * width
    let dense = 3 * hidden * Double(model.feedForward.width)
    let experts = model.experts.map {
      3 * hidden * (Double($0.count) * Double($0.width) + Double($0.sharedWidth))
    }
    let layer = mixer + dense + (experts ?? 0)
    return Double(model.layers) * layer + 2 * hidden * Double(model.vocabulary)
  }
}
