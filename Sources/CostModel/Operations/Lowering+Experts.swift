import Hardware
import Parallelism
import Units
import Workload

extension Lowering {
  /// Norm, router, dispatch, expert products, combine, shared experts, residual.
  ///
  /// Tokens of a rank visit `topK` experts each. An expert-tensor group gathers the tokens of its
  /// members after the dispatch, so that each rank computes its slice of the width for all of them.
  func experts(_ builder: inout BlockBuilder, load: Double) {
    let layer = expertModel
    let total = meanRows(layer) * load
    experts(
      &builder, rows: expertRows(total: total, experts: localExperts),
      copies: routedTokens * Double(layer.topK))
  }

  /// Rows that a rank computes where every rank gets as many.
  private func meanRows(_ layer: ExpertLayer) -> Double {
    routedTokens * Double(layer.topK) * Double(plan.expertTensor)
  }

  /// The part of an expert layer after attention, with the rows that each local expert really has:
  /// what a router did, instead of what is expected of it.
  public func expertPart(rows: [Double]) -> Block {
    var builder = builder()
    let rows = ExpertRows(rows)
    experts(&builder, rows: rows, copies: rows.total)
    return builder.block
  }

  private var expertModel: ExpertLayer {
    guard let layer = model.experts else { preconditionFailure("the model has no experts") }
    return layer
  }

  private var localExperts: Double { Double(expertModel.count) / Double(plan.expert) }

  /// - Parameter copies: Of a rank's tokens, one for each choice that is not dropped.
  private func experts(_ builder: inout BlockBuilder, rows: ExpertRows, copies: Double) {
    let layer = expertModel
    norm(&builder, .feedForwardNorm)
    route(&builder, layer, copies: hiddenBytes(copies))
    let exchange = ExpertExchange(
      tokens: routedTokens, hidden: model.hidden, topK: layer.topK,
      bytesPerElement: dispatchElement, groupLimit: layer.groupLimit, combines: false,
      load: rows.total / meanRows(layer))
    exchangeTokens(&builder, .dispatch, exchange)
    expertNetwork(&builder, layer, rows: rows)
    exchangeTokens(
      &builder, .combine, exchange.reversed(bytesPerElement: element))
    unpermute(&builder, copies: hiddenBytes(copies))
    if layer.sharedWidth > 0 {
      gatedNetwork(
        &builder, Network(width: Double(layer.sharedWidth), gated: layer.gated),
        names: (.sharedGateUp, .sharedActivation, .sharedDown))
    }
    residual(&builder)
  }

  /// Tokens that a rank routes. Without sequence parallelism tensor ranks would route the same
  /// tokens; Megatron-Core then demands it, so the tokens are split either way.
  var routedTokens: Double { tokens / tensor }

  /// Bytes of an element on its way to an expert: FP8 products let it travel in FP8.
  private var dispatchElement: Double {
    recipe.precision.matrixPrecision == .fp8 && habits.deduplicatedDispatch ? 1 : element
  }

  private func route(_ builder: inout BlockBuilder, _ layer: ExpertLayer, copies: Bytes) {
    builder.linear(
      .router, rows: routedTokens, inputs: hidden, outputs: Double(layer.count),
      precision: recipe.precision.sixteenBit)
    chooseExperts(&builder, layer)
    let bytes = hiddenBytes(routedTokens)
    let meetsShared = habits.fusion.addedGradients && layer.sharedWidth > 0
    builder.memory(
      .permute, bytes + copies, backward: (meetsShared ? 2 : 1) * bytes + copies,
      parts: [.experts])
  }

  /// Scores, top-k selection, and the balance losses, in FP32.
  ///
  /// One by one they are a few passes over tokens × experts. In one pass they read logits and write
  /// scores, and write and read each choice with its weight, and with its place; back they read scores
  /// and logits, and write the logits' gradient.
  private func chooseExperts(_ builder: inout BlockBuilder, _ layer: ExpertLayer) {
    let scores = Bytes(4 * routedTokens * Double(layer.count))
    let choices = Bytes(4 * routedTokens * Double(layer.topK))
    let (forward, backward) =
      habits.fusion.router
      ? (2 * scores + 4 * choices, 3 * scores + 3 * choices) : (6 * scores, 4 * scores)
    builder.memory(.router, forward, backward: backward, pinned: scores)
  }

  private func unpermute(_ builder: inout BlockBuilder, copies: Bytes) {
    let bytes = hiddenBytes(routedTokens)
    let results = habits.fusion.weighingCombine ? copies : .zero
    builder.memory(
      .unpermute, bytes + copies, backward: bytes + copies + results, parts: [.experts])
  }

  private func exchangeTokens(
    _ builder: inout BlockBuilder, _ name: Operation.Name, _ exchange: ExpertExchange
  ) {
    guard plan.expert > 1 else { return }
    builder.add(
      Operation(name, .exchange(exchange), parts: [.experts]),
      backward: [
        Operation(
          name, .exchange(exchange.reversed(bytesPerElement: element)), pass: .inputGradient)
      ])
  }

  /// The products on the rows that a rank computes.
  private func expertNetwork(_ builder: inout BlockBuilder, _ layer: ExpertLayer, rows: ExpertRows)
  {
    let experts = localExperts
    let width = Double(layer.width) / Double(plan.expertTensor)
    let branches: Double = layer.gated ? 2 : 1
    let payload = hiddenBytes(rows.total)
    if plan.expertTensor > 1 {
      builder.collective(
        .expertGather, .allGather, .expertTensor, payload: payload, backward: [.reduceScatter],
        parts: [.experts])
    }
    // The products want their rows in expert order: one more copy where a rank holds several.
    if experts > 1 && plan.expert > 1 {
      builder.memory(.permute, 2 * payload, backward: 2 * payload, parts: [.experts])
    }
    builder.groupedLinear(
      .gateUp, rows: rows, inputs: hidden, outputs: branches * width, localExperts: experts,
      saved: Bytes(
        rows.total * (operandElement * hidden + activationInputElement * branches * width)))
    activation(&builder, .activation, rows: rows.total, width: width, branches: branches)
    builder.groupedLinear(
      .down, rows: rows, inputs: width, outputs: hidden, localExperts: experts)
    if plan.expertTensor > 1 {
      builder.collective(
        .expertScatter, .reduceScatter, .expertTensor, payload: payload, backward: [.allGather],
        parts: [.experts])
    }
  }

  /// Even loads fill every local expert alike; drawn loads leave partial tiles.
  private func expertRows(total: Double, experts: Double) -> ExpertRows {
    switch recipe.routing {
    case .balanced, .capacity: ExpertRows(total: total, evenlyOver: experts)
    case .zipf, .dirichlet, .measured: ExpertRows(total: total, scatteredOver: min(experts, total))
    }
  }
}
