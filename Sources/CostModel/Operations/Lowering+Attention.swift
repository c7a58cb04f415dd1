import Hardware
import Parallelism
import Units
import Workload

extension Lowering {
  /// The part of a layer before its feed-forward network or experts.
  public func attentionPart() -> Block {
    var builder = builder()
    attention(&builder)
    return builder.block
  }

  /// Norm, projections, attention and the sum with the residual stream.
  func attention(_ builder: inout BlockBuilder) {
    norm(&builder, .attentionNorm)
    switch model.attention {
    case .grouped(let attention): queryKeyValue(&builder, attention)
    case .latent(let attention): latentProjections(&builder, attention)
    }
    exchangeKeysAndValues(&builder)
    core(&builder)
    builder.linear(
      .attentionOutput, rows: tokens, inputs: headsPerRank * valueWidth, outputs: hidden)
    scatterSequence(&builder)
    residual(&builder)
  }

  var headsPerRank: Double { Double(model.attention.heads) / tensor }
  /// Key-value heads on a rank: at least one, copied where there are more ranks than heads.
  var keyValueHeadsPerRank: Double {
    max(1, Double(model.attention.keyValueHeads) / tensor)
  }
  var queryKeyWidth: Double { Double(model.attention.queryKeyWidth) }
  var valueWidth: Double { Double(model.attention.valueWidth) }

  private func queryKeyValue(_ builder: inout BlockBuilder, _ attention: GroupedQueryAttention) {
    gatherSequence(&builder)
    builder.linear(
      .queryKeyValue, rows: tokens, inputs: hidden,
      outputs: (headsPerRank + 2 * keyValueHeadsPerRank) * queryKeyWidth,
      pinned: queries + keysAndValues, isCast: true)
    rotary(&builder, width: (headsPerRank + keyValueHeadsPerRank) * queryKeyWidth)
  }

  /// Queries of one micro-batch.
  private var queries: Bytes { Bytes(element * tokens * headsPerRank * queryKeyWidth) }

  /// Keys and values of one micro-batch.
  private var keysAndValues: Bytes {
    Bytes(element * tokens * keyValueHeadsPerRank * (queryKeyWidth + valueWidth))
  }

  /// Rotary positions: reads and writes queries and keys. Learned positions need no such pass.
  private func rotary(
    _ builder: inout BlockBuilder, width: Double, parts: RecomputeParts = []
  ) {
    guard model.learnedPositions == 0 else { return }
    let bytes = Bytes(2 * element * tokens * width)
    builder.memory(.rotary, bytes, backward: bytes, parts: parts)
  }

  /// The low-rank projections of latent attention. The down projections are copied on every tensor
  /// rank and work on its resident tokens; the up projections are split by heads.
  private func latentProjections(_ builder: inout BlockBuilder, _ attention: LatentAttention) {
    let heads = headsPerRank
    let shared = Double(attention.keyValueRank + attention.positionWidth)
    if let rank = attention.queryRank.map(Double.init) {
      builder.linear(
        .queryDown, rows: residentTokens, inputs: hidden, outputs: rank,
        pinned: Bytes(element * residentTokens * rank), isCast: true)
      latentNorm(&builder, width: rank)
      gatherLatent(&builder, width: rank)
      builder.linear(
        .queryUp, rows: tokens, inputs: rank, outputs: heads * queryKeyWidth,
        parts: [.upProjections], saved: queries, isCast: true)
    } else {
      gatherSequence(&builder)
      builder.linear(
        .queryKeyValue, rows: tokens, inputs: hidden, outputs: heads * queryKeyWidth,
        pinned: queries, isCast: true)
    }
    builder.linear(
      .keyValueDown, rows: residentTokens, inputs: hidden, outputs: shared,
      pinned: Bytes(element * residentTokens * shared), isCast: true)
    latentNorm(&builder, width: Double(attention.keyValueRank))
    gatherLatent(&builder, width: shared)
    builder.linear(
      .keyValueUp, rows: tokens, inputs: Double(attention.keyValueRank),
      outputs: heads * Double(attention.positionFreeWidth + attention.valueWidth),
      parts: [.upProjections], saved: keysAndValues, isCast: true)
    // Rotary parts are small, but queries and keys are put together anew, which copies them whole.
    rotary(&builder, width: 2 * heads * queryKeyWidth, parts: [.upProjections])
  }

  private func latentNorm(_ builder: inout BlockBuilder, width: Double) {
    let bytes = Bytes(element * residentTokens * width)
    builder.memory(
      .latentNorm, 2 * bytes, backward: 3 * bytes, parts: [.activations],
      saved: Bytes(operandElement * residentTokens * width), weights: width)
  }

  private func gatherLatent(_ builder: inout BlockBuilder, width: Double) {
    guard plan.tensor > 1 && plan.sequenceParallel else { return }
    builder.collective(
      .sequenceGather, .allGather, .tensor, payload: Bytes(element * tokens * width),
      backward: [.allGather, .reduceScatter])
  }

  /// Context parallelism: every rank sees the keys and values of all ranks of the group. The
  /// backward pass sees them again and returns their gradients.
  private func exchangeKeysAndValues(_ builder: inout BlockBuilder) {
    guard plan.context > 1 else { return }
    let width = keyValueHeadsPerRank * (queryKeyWidth + valueWidth)
    let payload = Bytes(element * tokens * Double(plan.context) * width)
    builder.collective(
      .keyValueExchange, .allGather, .context, payload: payload,
      backward: [.allGather, .reduceScatter])
  }

  /// The attention core. A stack without a fused kernel computes the full square and keeps scores,
  /// softmax and dropout mask, 5 bytes an element (Korthikanti et al. 2022, arXiv 2205.05198,
  /// section 4.1).
  private func core(_ builder: inout BlockBuilder) {
    let result = Bytes(element * tokens * headsPerRank * valueWidth)
    var shape = AttentionShape(
      batch: Double(plan.microBatch),
      queries: Double(recipe.sequenceLength) / Double(plan.context),
      keys: Double(recipe.sequenceLength), heads: headsPerRank,
      keyValueHeads: keyValueHeadsPerRank, queryKeyWidth: queryKeyWidth, valueWidth: valueWidth,
      causal: true, window: model.attention.window.map(Double.init))
    shape.evenShare = plan.context > 1
    shape.windowedShare = model.attention.windowedShare
    guard habits.fusedAttention else {
      unfusedCore(&builder, shape: shape, result: result)
      return
    }
    let statistics = Bytes(4 * tokens * headsPerRank)
    builder.add(
      Operation(
        .attentionCore, .attention(shape), precision: recipe.precision.sixteenBit,
        parts: [.attention], saved: statistics, pinned: result),
      backward: [
        Operation(
          .attentionCore, .attention(shape), pass: .inputGradient,
          precision: recipe.precision.sixteenBit)
      ])
  }

  private func unfusedCore(_ builder: inout BlockBuilder, shape: AttentionShape, result: Bytes) {
    let pairs = shape.batch * shape.heads
    let scores = pairs * shape.queries * shape.keys
    let precision = recipe.precision.sixteenBit
    // A batched product runs as one with the rows of all (sequence, head) pairs.
    let products = [
      (n: shape.keys, k: shape.queryKeyWidth), (n: shape.valueWidth, k: shape.keys),
    ]
    for (index, product) in products.enumerated() {
      let matrix = { (n: Double, k: Double) in
        Operation.Work.matrix(m: pairs * shape.queries, n: n, k: k)
      }
      builder.add(
        Operation(
          .attentionCore, matrix(product.n, product.k), precision: precision,
          parts: [.attention], pinned: index == 0 ? .zero : result),
        backward: [
          Operation(
            .attentionCore, matrix(product.n, product.k), pass: .inputGradient,
            precision: precision),
          Operation(
            .attentionCore, matrix(product.n, product.k), pass: .inputGradient,
            precision: precision),
        ])
      // Between the products: scale, mask and softmax, then dropout.
      if index == 0 {
        builder.memory(
          .scoreMatrix, Bytes(3 * 2 * element * scores), backward: Bytes(3 * element * scores),
          parts: [.attention], saved: Bytes((2 * element + 1) * scores))
      }
    }
  }
}
