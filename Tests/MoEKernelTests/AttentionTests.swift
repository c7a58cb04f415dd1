import CostModel
import MoEKernel
import Numerics
import Testing
import Units
import Workload

/// An attention block with every number drawn.
struct AttentionCase {
  var hidden = 10
  var batch = 2
  var sequenceLength = 7
  var attention = GroupedQueryAttention(heads: 4, keyValueHeads: 2, headWidth: 6)
  var seed: UInt64 = 1

  var model: ModelArchitecture {
    ModelArchitecture(
      id: "test", name: "Test", layers: 1, hidden: hidden, vocabulary: 10, tiedEmbeddings: false,
      attention: .grouped(attention), feedForward: FeedForward(width: hidden, gated: true),
      experts: ExpertLayer(count: 4, topK: 2, width: 6))
  }

  func block(workers: Int = 2) throws -> AttentionBlock {
    let block = try AttentionBlock(
      model: model, batch: batch, sequenceLength: sequenceLength,
      team: WorkerTeam(workers: workers))
    let random = RandomGenerator(seed: seed)
    let draw = { Float(random.normal(mean: 0, deviation: 1)) }
    block.weights.draw(from: random, deviation: 0.4)
    block.weights.normGain.fill { 1 + 0.2 * draw() }
    block.before.value.fill(with: draw)
    block.after.gradient.fill(with: draw)
    return block
  }

  var reference: ReferenceAttention {
    ReferenceAttention(
      hidden: hidden, batch: batch, sequenceLength: sequenceLength, attention: attention)
  }

  static func parameters(_ block: AttentionBlock) -> ReferenceAttention.Parameters {
    ([block.before.value] + block.weights.all).map { $0.values.map(Double.init) }
  }
}

@Suite("The attention block")
struct AttentionTests {
  private static let shapes = [
    AttentionCase(),
    AttentionCase(hidden: 5, batch: 1, sequenceLength: 1),
    AttentionCase(
      hidden: 3, batch: 1, sequenceLength: 9,
      attention: .init(heads: 1, keyValueHeads: 1, headWidth: 2)),
    AttentionCase(batch: 3, attention: .init(heads: 3, keyValueHeads: 3, headWidth: 4)),
    AttentionCase(batch: 1, attention: .init(heads: 6, keyValueHeads: 1, headWidth: 4), seed: 4),
  ]

  @Test("it equals attention computed query by query", arguments: 0..<shapes.count)
  func forward(shape: Int) throws { try expectForward(Self.shapes[shape]) }

  @Test("so it does with more queries than one block holds")
  func manyBlocks() throws {
    try expectForward(
      AttentionCase(
        hidden: 4, batch: 1, sequenceLength: 150,
        attention: .init(heads: 2, keyValueHeads: 1, headWidth: 4), seed: 3))
  }

  private func expectForward(_ attentionCase: AttentionCase) throws {
    let block = try attentionCase.block()
    block.forward()
    let expected = attentionCase.reference.run(AttentionCase.parameters(block))
    let scale = expected.reduce(1) { max($0, abs($1)) }
    let error = zip(block.after.value.values, expected).reduce(0) {
      max($0, abs(Double($1.0) - $1.1))
    }
    #expect(error < 1e-5 * scale)
  }

  @Test("every gradient is the slope of the loss", arguments: 0..<shapes.count)
  func gradients(shape: Int) throws {
    let attentionCase = Self.shapes[shape]
    let block = try attentionCase.block()
    block.forward()
    block.backward()
    let reference = attentionCase.reference
    let parameters = AttentionCase.parameters(block)
    let slopes = block.after.gradient.values.map(Double.init)
    func loss(_ parameters: ReferenceAttention.Parameters) -> Double {
      zip(reference.run(parameters), slopes).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let found = [block.before.gradient] + block.gradients.all
    for (index, gradient) in found.enumerated() {
      let expected = gradient.values.indices.map { element in
        var (above, below) = (parameters, parameters)
        above[index][element] += 1e-5
        below[index][element] -= 1e-5
        return (loss(above) - loss(below)) / 2e-5
      }
      let scale = expected.reduce(1) { max($0, abs($1)) }
      let error = zip(gradient.values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
      #expect(error < 2e-5 * scale, "tensor \(index)")
    }
  }

  // Blocks of 64 queries: the gradients of 130 queries, one sequence, must be those of the shorter
  // blocks' rule too. A query's gradient does not depend on later ones.
  @Test("later tokens change nothing for earlier ones")
  func causal() throws {
    var attentionCase = AttentionCase(
      hidden: 4, batch: 1, sequenceLength: 130,
      attention: .init(heads: 2, keyValueHeads: 1, headWidth: 4))
    let long = try attentionCase.block()
    attentionCase.sequenceLength = 70
    let short = try attentionCase.block()
    for (from, to) in zip(long.weights.all, short.weights.all) {
      var rest = from.values[...]
      to.fill { rest.removeFirst() }
    }
    var rest = long.before.value.values[...]
    short.before.value.fill { rest.removeFirst() }
    long.forward()
    short.forward()
    let early = long.after.value.values.prefix(70 * 4)
    #expect(zip(early, short.after.value.values).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("any number of workers gives the same bits", arguments: [1, 3])
  func workers(count: Int) throws {
    let attentionCase = AttentionCase(sequenceLength: 90)
    let blocks = [try attentionCase.block(workers: 2), try attentionCase.block(workers: count)]
    for block in blocks {
      block.forward()
      block.backward()
    }
    #expect(blocks[0].after.value.values == blocks[1].after.value.values)
    #expect(blocks[0].before.gradient.values == blocks[1].before.gradient.values)
    #expect(
      blocks[0].gradients.queryKeyValue.values == blocks[1].gradients.queryKeyValue.values)
  }

  @Test("the work that ran is the lowering's, forward and backward", arguments: 0..<shapes.count)
  func counts(shape: Int) throws {
    let block = try Self.shapes[shape].block()
    block.forward()
    block.backward()
    for executed in block.executedForward + block.executedBackward {
      #expect(executed.work == executed.operation.executedWork)
      if case .memory(let bytes) = executed.operation.work { #expect(executed.traffic == bytes) }
    }
  }

  @Test("a block that cannot run says why")
  func faults() {
    func fault(_ change: (inout GroupedQueryAttention) -> Void) -> ModelFault? {
      var attentionCase = AttentionCase()
      change(&attentionCase.attention)
      do {
        _ = try attentionCase.block()
        return nil
      } catch { return error as? ModelFault }
    }
    #expect(fault { _ in } == nil)
    #expect(fault { $0.biases = true } == .attention)
    #expect(fault { $0.window = 4 } == .attention)
    #expect(fault { $0.headWidth = 5 } == .oddHead(5))
    #expect(fault { $0.keyValueHeads = 3 } == .unevenHeads(heads: 4, keyValueHeads: 3))
    #expect(fault { $0.heads = 0 } == .emptyShape)
  }
}
