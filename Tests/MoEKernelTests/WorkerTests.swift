import Synchronization
import Testing
import Workload

@testable import MoEKernel

@Suite("Workers")
struct WorkerTests {
  @Test(
    "results are the same to the last bit, however many workers there are", arguments: [2, 3, 5])
  func sameBits(workers: Int) throws {
    let layerCase = LayerCase(
      hidden: 24, tokens: 1100, experts: ExpertLayer(count: 6, topK: 2, width: 10, sharedWidth: 9),
      rule: RoutingRule(capacityFactor: 1.2, balanceLoss: 0.1, zLoss: 0.01), seed: 9)
    let layers = try [layerCase.layer(workers: 1), layerCase.layer(workers: workers)]
    for layer in layers {
      layer.forward()
      layer.backward()
    }
    #expect(layers[0].output.values == layers[1].output.values)
    #expect(layers[0].inputGradient.values == layers[1].inputGradient.values)
    for (one, many) in zip(layers[0].gradients.all, layers[1].gradients.all) {
      #expect(one.values == many.values)
    }
    #expect(layers[0].balanceLoss == layers[1].balanceLoss && layers[0].zLoss == layers[1].zLoss)
  }

  /// Counts how often every item of many loops is run.
  private final class Tallying: TeamProgram {
    let visits: [Visits]
    init(items: Int) { visits = (0..<items).map { _ in Visits() } }

    func run(_ worker: Worker) {
      for _ in 0..<100 { worker.share(visits.count) { visits[$0].add() } }
      worker.once { visits[0].add() }
    }
  }

  private final class Visits: Sendable {
    let value = Atomic<Int>(0)
    func add() { value.add(1, ordering: .relaxed) }
  }

  @Test("every item of a shared loop runs once, in each of many loops", arguments: [1, 2, 4])
  func onceEach(workers: Int) {
    let program = Tallying(items: 37)
    let team = WorkerTeam(workers: workers)
    team.run(program)
    team.run(program)
    let visits = program.visits.map { $0.value.load(ordering: .relaxed) }
    #expect(visits == [202] + Array(repeating: 200, count: 36))
  }

  @Test("a team ends its threads when nobody needs it")
  func ending() {
    for _ in 0..<50 { _ = WorkerTeam(workers: 3) }
  }
}
