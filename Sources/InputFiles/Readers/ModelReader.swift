import Units
import Workload

extension Form where Value == ModelArchitecture {
  /// A model: `scenarios/models/ID.yaml`.
  static func model(id: String) -> Form {
    .table { table in
      let model = ModelArchitecture(
        id: id,
        name: table.get("name", .text, "Ling-Plus"),
        layers: table.get("layers", .integer(1...10_000), "88"),
        hidden: table.get("hidden", .width, "5376"),
        vocabulary: table.get("vocabulary", .integer(1...100_000_000), "126464"),
        tiedEmbeddings: table.find("tied_embeddings", .boolean, "true") ?? false,
        learnedPositions: table.find("learned_positions", .integer(1...100_000_000), "2048") ?? 0,
        attention: table.get(
          "attention", .attention,
          "{kind: grouped, heads: 56, key_value_heads: 8, head_width: 96}"),
        feedForward: table.get("feed_forward", .feedForward, "{width: 12288, gated: true}"),
        experts: table.find("experts", .experts, "{count: 64, top_k: 4, width: 3072}"),
        multiTokenLayers: table.find("multi_token_layers", .integer(0...100), "1") ?? 0,
        published: table.find("published", .published, "{total: 290 B, source: ...}"))
      _ = table.find("sources", .text, "arXiv 2503.05139")
      _ = table.find("notes", .list(.text), "[two sources differ]")
      checkTogether(model, in: table)
      return model
    }
  }

  private static func checkTogether(_ model: ModelArchitecture, in table: Table) {
    guard table.isSound("layers", "hidden", "vocabulary", "feed_forward", "experts") else { return }
    if let experts = model.experts, experts.leadingDenseLayers >= model.layers {
      table.report(
        .relation(.leadingLayers(leading: experts.leadingDenseLayers, layers: model.layers)),
        at: "experts")
    }
    if roughParameters(model) > 1e16 { table.report(.relation(.modelTooLarge), at: "layers") }
  }

  /// A size to refuse models whose numbers would overflow; the exact count is made elsewhere.
  private static func roughParameters(_ model: ModelArchitecture) -> Double {
    let expertWidth = model.experts.map { Double($0.count) * Double($0.width) } ?? 0
    let width = Double(model.feedForward.width) + expertWidth
    return Double(model.hidden) * (Double(model.layers) * width * 3 + Double(model.vocabulary))
  }
}

extension Form where Value == Int {
  /// A width of a weight matrix.
  fileprivate static var width: Form { .integer(1...10_000_000) }
}

extension Form where Value == Attention {
  fileprivate static var attention: Form {
    .table { table in
      let kind = table.get("kind", .choice as Form<AttentionKind>, "grouped")
      if table.isPresent, !table.isSound("kind") {
        table.ignoreOtherKeys()
        return grouped(Table.absent)
      }
      return kind == .latent ? latent(table) : grouped(table)
    }
  }

  private static func grouped(_ table: Table) -> Attention {
    let attention = GroupedQueryAttention(
      heads: table.get("heads", .integer(1...100_000), "56"),
      keyValueHeads: table.get("key_value_heads", .integer(1...100_000), "8"),
      headWidth: table.get("head_width", .integer(1...100_000), "96"),
      biases: table.find("biases", .boolean, "true") ?? false,
      window: table.find("window", .integer(1...100_000_000), "4096"),
      windowPeriod: table.find("window_period", .integer(1...10_000), "2") ?? 1)
    let (heads, groups) = (attention.heads, attention.keyValueHeads)
    if table.isSound("heads", "key_value_heads"), !heads.isMultiple(of: groups) {
      table.report(
        .relation(.keyValueHeads(heads: heads, keyValueHeads: groups)), at: "key_value_heads")
    }
    return .grouped(attention)
  }

  private static func latent(_ table: Table) -> Attention {
    .latent(
      LatentAttention(
        heads: table.get("heads", .integer(1...100_000), "128"),
        queryRank: table.find("query_rank", .integer(1...10_000_000), "1536"),
        keyValueRank: table.get("key_value_rank", .integer(1...10_000_000), "512"),
        positionFreeWidth: table.get("position_free_width", .integer(1...100_000), "128"),
        positionWidth: table.get("position_width", .integer(0...100_000), "64"),
        valueWidth: table.get("value_width", .integer(1...100_000), "128")))
  }
}

private enum AttentionKind: String, CaseIterable {
  case grouped, latent
}

extension Form where Value == FeedForward {
  fileprivate static var feedForward: Form {
    .table { table in
      FeedForward(
        width: table.get("width", .width, "12288"),
        gated: table.get("gated", .boolean, "true"),
        biases: table.find("biases", .boolean, "true") ?? false)
    }
  }
}

extension Form where Value == ExpertLayer {
  fileprivate static var experts: Form {
    .table { table in
      let layer = ExpertLayer(
        count: table.get("count", .integer(1...1_000_000), "64"),
        topK: table.get("top_k", .integer(1...1_000_000), "4"),
        width: table.get("width", .width, "3072"),
        sharedWidth: table.find("shared_width", .integer(0...10_000_000), "3072") ?? 0,
        sharedGate: table.find("shared_gate", .boolean, "true") ?? false,
        gated: table.find("gated", .boolean, "true") ?? true,
        biases: table.find("biases", .boolean, "true") ?? false,
        clamped: table.find("clamped", .boolean, "true") ?? false,
        leadingDenseLayers: table.find("leading_dense_layers", .integer(0...10_000), "1") ?? 0,
        period: table.find("period", .integer(1...10_000), "2") ?? 1,
        groupLimit: table.find("group_limit", .integer(1...1_000_000), "4"))
      if table.isSound("count", "top_k"), layer.topK > layer.count {
        table.report(.relation(.topKAboveCount(topK: layer.topK, count: layer.count)), at: "top_k")
      }
      return layer
    }
  }
}

extension Form where Value == PublishedSize {
  fileprivate static var published: Form {
    .table { table in
      let size = PublishedSize(
        total: table.get("total", .quantity(.parameters, .positive), "290 B"),
        active: table.find("active", .quantity(.parameters, .positive), "28.8 B"),
        activeConvention: table.find("active_convention", .choice, "output-only")
          ?? .bothEmbeddings,
        source: table.get("source", .text, "arXiv 2503.05139 Table 2"))
      if table.isSound("total", "active"), let active = size.active, active > size.total {
        table.report(.relation(.activeAboveTotal(active: active, total: size.total)), at: "active")
      }
      return size
    }
  }
}
