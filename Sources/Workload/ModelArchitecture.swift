/// A decoder-only transformer, dense or with experts: the shapes of its weights.
public struct ModelArchitecture: Sendable {
  public var id: String
  public var name: String
  public var layers: Int
  public var hidden: Int
  public var vocabulary: Int
  /// Whether the output projection shares the embedding's weights.
  public var tiedEmbeddings: Bool
  /// Learned position embeddings, one per position; 0 for rotary ones.
  public var learnedPositions: Int
  public var attention: Attention
  /// The feed-forward network of a dense layer.
  public var feedForward: FeedForward
  /// Absent in a dense model.
  public var experts: ExpertLayer?
  /// Extra layers that predict further tokens during training (multi-token prediction).
  public var multiTokenLayers: Int
  /// Figures that the model's makers state, to hold ours against.
  public var published: PublishedSize?

  public init(
    id: String, name: String, layers: Int, hidden: Int, vocabulary: Int, tiedEmbeddings: Bool,
    learnedPositions: Int = 0, attention: Attention, feedForward: FeedForward,
    experts: ExpertLayer?, multiTokenLayers: Int = 0, published: PublishedSize? = nil
  ) {
    self.id = id
    self.name = name
    self.layers = layers
    self.hidden = hidden
    self.vocabulary = vocabulary
    self.tiedEmbeddings = tiedEmbeddings
    self.learnedPositions = learnedPositions
    self.attention = attention
    self.feedForward = feedForward
    self.experts = experts
    self.multiTokenLayers = multiTokenLayers
    self.published = published
  }

  /// Whether the layer at this index, counted from 0, holds experts.
  public func hasExperts(layer: Int) -> Bool {
    guard let experts, layer >= experts.leadingDenseLayers else { return false }
    return (layer - experts.leadingDenseLayers) % experts.period == experts.period - 1
  }

  /// The number of layers with experts.
  public var expertLayers: Int { (0..<layers).count { hasExperts(layer: $0) } }
}

/// How a layer mixes tokens.
public enum Attention: Hashable, Sendable {
  /// Heads that share keys and values in groups; as many groups as heads is plain multi-head.
  case grouped(GroupedQueryAttention)
  /// Keys and values rebuilt from a low-rank latent.
  case latent(LatentAttention)

  public var heads: Int {
    switch self {
    case .grouped(let attention): attention.heads
    case .latent(let attention): attention.heads
    }
  }

  /// The width of one head's query and key.
  public var queryKeyWidth: Int {
    switch self {
    case .grouped(let attention): attention.headWidth
    case .latent(let attention): attention.positionFreeWidth + attention.positionWidth
    }
  }

  /// The width of one head's value.
  public var valueWidth: Int {
    switch self {
    case .grouped(let attention): attention.headWidth
    case .latent(let attention): attention.valueWidth
    }
  }

  /// Heads that hold keys and values of their own while attention runs.
  public var keyValueHeads: Int {
    switch self {
    case .grouped(let attention): attention.keyValueHeads
    case .latent(let attention): attention.heads
    }
  }

  /// The window of a layer that sees only the nearest tokens; nil sees all.
  public var window: Int? {
    if case .grouped(let attention) = self { attention.window } else { nil }
  }

  /// The part of the layers that have the window; the others see all tokens.
  public var windowedShare: Double {
    if case .grouped(let attention) = self { 1 / Double(attention.windowPeriod) } else { 1 }
  }
}

public struct GroupedQueryAttention: Hashable, Sendable {
  public var heads: Int
  public var keyValueHeads: Int
  public var headWidth: Int
  /// Whether the query, key and value projections add a bias.
  public var biases: Bool
  public var window: Int?
  /// Every how many layers the window stands; 1 is every layer.
  public var windowPeriod: Int

  public init(
    heads: Int, keyValueHeads: Int, headWidth: Int, biases: Bool = false, window: Int? = nil,
    windowPeriod: Int = 1
  ) {
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headWidth = headWidth
    self.biases = biases
    self.window = window
    self.windowPeriod = windowPeriod
  }
}

/// Multi-head latent attention (DeepSeek-V2, arXiv 2405.04434, section 2.1).
public struct LatentAttention: Hashable, Sendable {
  public var heads: Int
  /// The rank of the compressed query; nil where the query is projected directly.
  public var queryRank: Int?
  public var keyValueRank: Int
  /// The part of a head's query and key without rotary position.
  public var positionFreeWidth: Int
  /// The rotary part, whose key is shared by all heads.
  public var positionWidth: Int
  public var valueWidth: Int

  public init(
    heads: Int, queryRank: Int?, keyValueRank: Int, positionFreeWidth: Int, positionWidth: Int,
    valueWidth: Int
  ) {
    self.heads = heads
    self.queryRank = queryRank
    self.keyValueRank = keyValueRank
    self.positionFreeWidth = positionFreeWidth
    self.positionWidth = positionWidth
    self.valueWidth = valueWidth
  }
}

/// A feed-forward network of two projections, or of three where it is gated.
public struct FeedForward: Hashable, Sendable {
  public var width: Int
  public var gated: Bool
  public var biases: Bool

  public init(width: Int, gated: Bool, biases: Bool = false) {
    self.width = width
    self.gated = gated
    self.biases = biases
  }

  /// The number of weight matrices of size hidden × width.
  public var matrices: Int { gated ? 3 : 2 }
}

/// Experts in place of a layer's feed-forward network.
public struct ExpertLayer: Hashable, Sendable {
  public var count: Int
  /// Experts each token is routed to.
  public var topK: Int
  /// The inner width of one expert.
  public var width: Int
  /// The inner width of all shared experts together; 0 for none.
  public var sharedWidth: Int
  /// Whether a gate scales the shared experts' output (one more weight row of hidden size).
  public var sharedGate: Bool
  public var gated: Bool
  /// Whether each projection of an expert adds a bias.
  public var biases: Bool
  /// Whether the inputs of the activation function are clamped first.
  public var clamped: Bool
  /// Layers at the start that have no experts.
  public var leadingDenseLayers: Int
  /// Every how many layers, after the leading ones, experts stand; 1 is every layer.
  public var period: Int
  /// Devices or nodes that one token may visit, where routing limits them.
  public var groupLimit: Int?

  public init(
    count: Int, topK: Int, width: Int, sharedWidth: Int = 0, sharedGate: Bool = false,
    gated: Bool = true, biases: Bool = false, clamped: Bool = false, leadingDenseLayers: Int = 0,
    period: Int = 1, groupLimit: Int? = nil
  ) {
    self.count = count
    self.topK = topK
    self.width = width
    self.sharedWidth = sharedWidth
    self.sharedGate = sharedGate
    self.gated = gated
    self.biases = biases
    self.clamped = clamped
    self.leadingDenseLayers = leadingDenseLayers
    self.period = period
    self.groupLimit = groupLimit
  }

  public var matrices: Int { gated ? 3 : 2 }
}

/// The sizes that a model's makers print, in parameters.
public struct PublishedSize: Sendable {
  public var total: Double
  public var active: Double?
  /// Which weights the printed active figure counts.
  public var activeConvention: ActiveConvention
  public var source: String

  public init(
    total: Double, active: Double?, activeConvention: ActiveConvention, source: String
  ) {
    self.total = total
    self.active = active
    self.activeConvention = activeConvention
    self.source = source
  }
}

/// Which embedding weights an active-parameter figure counts.
public enum ActiveConvention: String, CaseIterable, Sendable {
  /// The input embedding and the output projection.
  case bothEmbeddings = "both-embeddings"
  /// The output projection only: the weights that a token multiplies.
  case outputOnly = "output-only"
  /// Neither.
  case noEmbeddings = "no-embeddings"
}
