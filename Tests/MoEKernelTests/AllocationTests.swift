import AllocationCounter
import MoEKernel
import Numerics
import Testing
import Workload

/// One worker runs a whole program on the calling thread, so that what other tests allocate meanwhile
/// is not counted.
@Suite("Memory while the kernel runs", .enabled(if: allocations_of_this_thread() >= 0))
struct AllocationTests {
  private func allocations(_ body: () -> Void) -> Int {
    body()
    let before = allocations_of_this_thread()
    body()
    return allocations_of_this_thread() - before
  }

  @Test("the counter sees an allocation")
  func counts() {
    #expect(allocations { _ = Tensor(rows: 3, columns: 5) } > 0)
  }

  @Test("a layer with experts allocates nothing, forward or backward, with drops or shared experts")
  func layer() throws {
    let cases = [
      LayerCase(), LayerCase(rule: RoutingRule(capacityFactor: 0.5, balanceLoss: 0.1, zLoss: 0.1)),
      LayerCase(tokens: 90, experts: ExpertLayer(count: 4, topK: 2, width: 6, sharedWidth: 5)),
    ]
    for layerCase in cases {
      let layer = try layerCase.layer(workers: 1)
      let count = allocations {
        layer.forward()
        layer.backward()
      }
      #expect(count == 0)
    }
  }

  @Test("a whole optimizer step of a decoder allocates nothing")
  func step() throws {
    var shape = MeasuredShape(.step, sequenceLength: 12, hidden: 16)
    shape.batch = 2
    shape.heads = 2
    shape.keyValueHeads = 1
    shape.headWidth = 8
    shape.experts = 4
    shape.topK = 2
    shape.width = 8
    shape.vocabulary = 11
    shape.layers = 2
    let decoder = try Decoder(
      model: shape.model, batch: shape.batch, sequenceLength: shape.sequenceLength,
      rule: RoutingRule(balanceLoss: 0.01), team: WorkerTeam(workers: 1))
    decoder.draw(from: RandomGenerator(seed: 1))
    let tokens = (0...shape.tokens).map { Int32($0 % shape.vocabulary) }
    tokens.withUnsafeBufferPointer { all in
      let tokens = UnsafeBufferPointer(rebasing: all.dropLast())
      let targets = UnsafeBufferPointer(rebasing: all.dropFirst())
      #expect(allocations { _ = decoder.step(tokens: tokens, targets: targets) } == 0)
    }
  }
}
