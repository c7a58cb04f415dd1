import Hardware
import Parallelism
import Units
import Workload

extension Lowering {
  /// The look-up of token embeddings: reads a row and writes it. The weight's gradient is added in
  /// place, row by row: reads a row's gradient, and reads and writes a sum in FP32.
  public func embedding() -> Block {
    var builder = builder()
    lookUp(&builder, holdsWeights: true)
    return builder.block
  }

  private func lookUp(_ builder: inout BlockBuilder, holdsWeights: Bool) {
    let bytes = hiddenBytes(tokens)
    let rows = Double(model.vocabulary) / tensor + Double(model.learnedPositions)
    let sums = Bytes(2 * 4 * tokens * hidden)
    builder.memory(
      .embedding, 2 * bytes, backward: bytes + sums, weights: holdsWeights ? rows * hidden : 0)
    scatterSequence(&builder)
  }

  /// Final norm, output projection and cross-entropy, split over tensor ranks by vocabulary.
  ///
  /// Logits are written in 16 bits, cast to 32, and read for the maximum, the sum and the loss; the
  /// gradient is written in place. Kept: logits in 32 and in 16 bits. A fused loss reads the 16-bit
  /// logits once, keeps them, and writes their gradient over them.
  public func head() -> Block {
    var builder = builder()
    norm(&builder, .finalNorm, isLast: true)
    gatherSequence(&builder)
    let columns = Double(model.vocabulary) / tensor
    builder.linear(
      .output, rows: tokens, inputs: hidden, outputs: columns,
      precision: recipe.precision.sixteenBit)
    let logits = tokens * columns
    if habits.fusedLoss {
      builder.memory(
        .loss, Bytes(element * logits), backward: Bytes(2 * element * logits),
        pinned: Bytes(element * logits))
    } else {
      builder.memory(
        .loss, Bytes((element + 4 + 3 * 4) * logits), backward: Bytes((4 + 4 + element) * logits),
        pinned: Bytes((4 + element) * logits))
    }
    var block = builder.block
    if model.tiedEmbeddings {
      for index in block.forward.indices where block.forward[index].name == .output {
        // The weights are the embedding's where it lies on the same rank, else a copy of it.
        if plan.endsShareRanks { block.forward[index].weights = 0 }
      }
    }
    return block
  }

  /// One module that predicts a further token: the next token's embedding, two norms, a projection of
  /// two hidden states into one, and a layer like the model's last. Its pass through the shared head is
  /// `multiTokenHead`. Where the last stage has not the embedding by itself, it holds a copy.
  ///
  /// Source: DeepSeek-V3, arXiv 2412.19437, section 2.2.
  public func multiTokenLayer(load: Double) -> Block {
    var builder = builder()
    lookUp(&builder, holdsWeights: !plan.endsShareRanks)
    norm(&builder, .attentionNorm)
    norm(&builder, .attentionNorm)
    gatherSequence(&builder)
    gatherSequence(&builder)
    builder.linear(
      .multiTokenProjection, rows: tokens, inputs: 2 * hidden, outputs: hidden / tensor)
    gatherColumns(&builder)
    attention(&builder)
    if model.experts != nil { experts(&builder, load: load) } else { feedForward(&builder) }
    return builder.block
  }

  /// The pass of one such module through the head, whose weights are the main head's own.
  public func multiTokenHead() -> Block {
    var head = head()
    for index in head.forward.indices where head.forward[index].name == .output {
      head.forward[index].weights = 0
    }
    return head
  }

  /// A result that is split by columns, made whole on every rank and then resident again.
  private func gatherColumns(_ builder: inout BlockBuilder) {
    guard plan.tensor > 1 else { return }
    builder.collective(
      .sequenceGather, .allGather, .tensor, payload: hiddenBytes(tokens),
      backward: [.reduceScatter])
  }
}
