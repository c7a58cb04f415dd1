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
    clamp(&builder, layer, values: rows.total * branches * width)
    activation(&builder, .activation, rows: rows.total, width: width, branches: branches)
    builder.groupedLinear(
      .down, rows: rows, inputs: width, outputs: hidden, localExperts: experts)
    expertBiases(
      &builder, layer, inner: rows.total * branches * width, outer: rows.total * hidden)
    if plan.expertTensor > 1 {
      builder.collective(
        .expertScatter, .reduceScatter, .expertTensor, payload: payload, backward: [.allGather],
        parts: [.experts])
    }
  }

  /// Clamping the inputs of an activation function outside its kernel: each branch is read and written,
  /// and both are put together anew. The backward pass reads gradients and inputs, writes the former, and
  /// puts them together too.
  ///
  /// Source: NVIDIA/Megatron-LM d98e8a6, `fused_bias_geglu.py`.
  private func clamp(_ builder: inout BlockBuilder, _ layer: ExpertLayer, values: Double) {
    guard layer.clamped else { return }
    let (read, written) = (element * values, element * values)
    builder.memory(
      .clamp, Bytes(2 * (read + written)), backward: Bytes(2 * read + written + read + written),
      parts: [.activations, .experts], saved: Bytes(written))
  }

  /// Biases of experts outside their products. The first product adds its own; its gradient is a sum over
  /// the product's gradient. That of the second is scaled by the router's 32-bit probability of each row,
  /// expert by expert: the scaled bias is written, added in 32 bits, the experts' rows are put together,
  /// and the whole is cast back to 16. The backward pass casts the gradient to 32 bits and back, and
  /// multiplies and sums it for the bias and for the probability.
  ///
  /// Source: NVIDIA/Megatron-LM d98e8a6, `TEGroupedMLP._apply_bias`.
  ///
  /// - Parameters:
  ///   - inner: Values that the first product writes.
  ///   - outer: Values that the second writes.
  private func expertBiases(
    _ builder: inout BlockBuilder, _ layer: ExpertLayer, inner: Double, outer: Double
  ) {
    guard layer.biases else { return }
    let long = 4.0
    let added = long + (element + long + long) + (long + long) + (long + element)
    let gradients = 2 * (element + long) + 2 * (long + long + long)
    builder.memory(
      .expertBias, Bytes(added * outer), backward: Bytes(gradients * outer + element * inner),
      parts: [.experts])
  }

  /// Even loads fill every local expert alike; drawn loads leave partial tiles.
  private func expertRows(total: Double, experts: Double) -> ExpertRows {
    switch recipe.routing {
    case .balanced, .capacity: ExpertRows(total: total, evenlyOver: experts)
    case .zipf, .dirichlet, .measured: ExpertRows(total: total, scatteredOver: min(experts, total))
    }
  }
}
