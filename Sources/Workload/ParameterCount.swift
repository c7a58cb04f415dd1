/// The weights of a model, part by part.
///
/// Parts add up to `total`. Left out are biases of norms and of the attention output, norms of single
/// heads, and the bias of auxiliary-loss-free routing: together below 0.01 % of every shipped model.
public struct ParameterCount: Hashable, Sendable {
  /// One row per token of the vocabulary, and one per learned position.
  public var embedding: Int
  /// The projection to the vocabulary; 0 where it shares the embedding's weights.
  public var output: Int
  /// The attention of all layers, with the norms of a latent's compressed query and key-value.
  public var attention: Int
  /// The feed-forward networks of the layers without experts.
  public var denseFeedForward: Int
  /// Every routed expert of every layer.
  public var routedExperts: Int
  /// The part of `routedExperts` that one token visits.
  public var activeRoutedExperts: Int
  /// The shared experts, which every token visits, with their gates.
  public var sharedExperts: Int
  /// The matrices that score the experts.
  public var routers: Int
  /// Two norms in each layer and one behind the last.
  public var norms: Int
  /// The modules that predict further tokens. Published totals leave them out, and so does `total`.
  public var multiToken: Int
  /// The projection that a token multiplies: `output`, or the embedding where the two are one.
  var outputProjection: Int

  /// All weights, without the modules that predict further tokens.
  public var total: Int {
    embedding + output + attention + denseFeedForward + routedExperts + sharedExperts + routers
      + norms
  }

  /// The weights that one token touches, counted as `convention` says.
  ///
  /// Model makers print three different numbers under this name:
  /// ```
  /// no-embeddings   = total − embedding − output − routed experts + those that a token visits
  /// output-only     = no-embeddings + the projection to the vocabulary
  /// both-embeddings = no-embeddings + embedding + output
  /// ```
  /// The last counts tied weights once.
  public func active(_ convention: ActiveConvention) -> Int {
    let layers =
      attention + denseFeedForward + activeRoutedExperts + sharedExperts + routers + norms
    return switch convention {
    case .noEmbeddings: layers
    case .outputOnly: layers + outputProjection
    case .bothEmbeddings: layers + embedding + output
    }
  }
}

extension ModelArchitecture {
  /// The weights of this model, part by part.
  ///
  /// ```
  /// embedding        = (vocabulary + learned positions) · hidden
  /// output           = vocabulary · hidden, or 0 where tied
  /// attention        = layers · attention of a layer
  /// dense FFN        = (layers − expert layers) · FFN
  /// routed experts   = expert layers · count · expert
  /// shared experts   = expert layers · matrices · hidden · shared width (+ hidden for its gate)
  /// routers          = expert layers · hidden · count
  /// norms            = (2 · layers + 1) · hidden
  /// multi-token      = multi-token layers · (a layer like the last + 2 · hidden² + 3 · hidden)
  /// ```
  /// A multi-token module joins the hidden state with the next token's embedding by a matrix of
  /// 2 · hidden × hidden, norms both and its own result, and shares embedding and output with the
  /// model (DeepSeek-V3, arXiv 2412.19437, section 2.2).
  public var parameterCount: ParameterCount {
    let projection = vocabulary * hidden
    let expertLayers = self.expertLayers
    let expert = experts?.parametersPerExpert(hidden: hidden) ?? 0
    return ParameterCount(
      embedding: projection + learnedPositions * hidden,
      output: tiedEmbeddings ? 0 : projection,
      attention: layers * attention.parameters(hidden: hidden),
      denseFeedForward: (layers - expertLayers) * feedForward.parameters(hidden: hidden),
      routedExperts: expertLayers * (experts?.count ?? 0) * expert,
      activeRoutedExperts: expertLayers * (experts?.topK ?? 0) * expert,
      sharedExperts: expertLayers * (experts?.sharedParameters(hidden: hidden) ?? 0),
      routers: expertLayers * (experts?.count ?? 0) * hidden,
      norms: (2 * layers + 1) * hidden,
      multiToken: multiTokenLayers * multiTokenModule,
      outputProjection: projection)
  }

  /// The weights of one module that predicts a further token.
  private var multiTokenModule: Int {
    let mixer = attention.parameters(hidden: hidden) + 2 * hidden
    let join = 2 * hidden * hidden + 3 * hidden
    guard let experts, hasExperts(layer: layers - 1) else {
      return mixer + join + feedForward.parameters(hidden: hidden)
    }
    return mixer + join + experts.parameters(hidden: hidden)
  }
}

extension Attention {
  /// The weights of one layer's attention.
  ///
  /// Grouped, with the width of a head as `d`:
  /// ```
  /// 2 · hidden · heads · d  +  2 · hidden · key-value heads · d   (+ biases of query, key, value)
  /// ```
  /// Latent, with the query's and key's width `w` = position-free + position width:
  /// ```
  /// query     = hidden · query rank + query rank (norm) + query rank · heads · w,
  ///             or hidden · heads · w where the query is not compressed
  /// key-value = hidden · (rank + position width) + rank (norm)
  ///             + rank · heads · (position-free width + value width)
  /// output    = heads · value width · hidden
  /// ```
  public func parameters(hidden: Int) -> Int {
    switch self {
    case .grouped(let attention): attention.parameters(hidden: hidden)
    case .latent(let attention): attention.parameters(hidden: hidden)
    }
  }
}

extension GroupedQueryAttention {
  func parameters(hidden: Int) -> Int {
    let query = heads * headWidth
    let keyAndValue = 2 * keyValueHeads * headWidth
    let bias = biases ? query + keyAndValue : 0
    return hidden * (2 * query + keyAndValue) + bias
  }
}

extension LatentAttention {
  func parameters(hidden: Int) -> Int {
    let queryWidth = heads * (positionFreeWidth + positionWidth)
    let query = queryRank.map { hidden * $0 + $0 + $0 * queryWidth } ?? hidden * queryWidth
    let compress = hidden * (keyValueRank + positionWidth) + keyValueRank
    let expand = keyValueRank * heads * (positionFreeWidth + valueWidth)
    return query + compress + expand + heads * valueWidth * hidden
  }
}

extension FeedForward {
  /// The weights of the network: `matrices · hidden · width`, and a bias for each output of each
  /// matrix where there are biases.
  public func parameters(hidden: Int) -> Int {
    let bias = biases ? (matrices - 1) * width + hidden : 0
    return matrices * hidden * width + bias
  }
}

extension ExpertLayer {
  /// The weights of one routed expert.
  public func parametersPerExpert(hidden: Int) -> Int { matrices * hidden * width }

  /// The weights of the shared experts of one layer, with their gate.
  public func sharedParameters(hidden: Int) -> Int {
    matrices * hidden * sharedWidth + (sharedGate ? hidden : 0)
  }

  /// The weights of one layer's experts and router.
  public func parameters(hidden: Int) -> Int {
    count * (parametersPerExpert(hidden: hidden) + hidden) + sharedParameters(hidden: hidden)
  }
}
