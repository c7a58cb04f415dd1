import Parallelism
import Simulation
import Testing

@Suite("Schedules that cannot run")
struct ScheduleFaultTests {
  func forward(_ microBatch: Int, _ chunk: Int) -> PipelinePass {
    PipelinePass(.forward, microBatch: microBatch, chunk: chunk)
  }

  func backward(_ microBatch: Int, _ chunk: Int) -> PipelinePass {
    PipelinePass(.backward, microBatch: microBatch, chunk: chunk)
  }

  func run(_ orders: [[PipelinePass]]) throws {
    let unit = SimDuration(nanoseconds: 1)
    _ = try StepSimulation(
      StepProgram(
        orders: orders.map { $0.map { PassSlot($0) } }, forward: orders.map { _ in unit },
        backward: orders.map { _ in unit })
    ).run()
  }

  func words(_ orders: [[PipelinePass]]) -> String {
    do {
      try run(orders)
      return "no fault"
    } catch {
      return "\(error)"
    }
  }

  // Stage 0 wants the backward pass of micro-batch 0 before it sends micro-batch 1 on; stage 1 wants
  // micro-batch 1 before it runs the backward pass of micro-batch 0.
  @Test("passes that wait for one another are named, and the simulation ends")
  func cycle() {
    let orders = [
      [forward(0, 0), backward(0, 0), forward(1, 0), backward(1, 0)],
      [forward(0, 1), forward(1, 1), backward(0, 1), backward(1, 1)],
    ]
    let circle = ScheduleFault.cycle([
      .init(backward(0, 0), for: backward(0, 1)), .init(forward(1, 1), for: forward(1, 0)),
    ])
    #expect(throws: circle) { try run(orders) }
    #expect(
      words(orders)
        == "The schedule cannot go on: the backward pass of micro-batch 0 through chunk 0 waits for "
        + "the backward pass of micro-batch 0 through chunk 1, which stands behind the forward pass of "
        + "micro-batch 1 through chunk 1; the forward pass of micro-batch 1 through chunk 1 waits for "
        + "the forward pass of micro-batch 1 through chunk 0, which stands behind the backward pass of "
        + "micro-batch 0 through chunk 0. Move one of those that wait later on its stage.")
  }

  @Test("a pass that stands before what it needs on its own stage waits for itself")
  func selfCycle() {
    let orders = [[backward(0, 0), forward(0, 0)]]
    #expect(throws: ScheduleFault.cycle([.init(backward(0, 0), for: forward(0, 0))])) {
      try run(orders)
    }
    #expect(
      words(orders)
        == "The schedule cannot go on: the backward pass of micro-batch 0 through chunk 0 waits for "
        + "the forward pass of micro-batch 0 through chunk 0, which stands behind the backward pass of "
        + "micro-batch 0 through chunk 0. Move one of those that wait later on its stage.")
  }

  // Stage 0 waits for stage 1, but only stages 1 and 2 wait in a circle.
  @Test("only the passes of the circle are named")
  func tailOfCycle() {
    let orders = [
      [forward(0, 0), backward(0, 0), forward(1, 0), backward(1, 0)],
      [forward(0, 1), backward(0, 1), forward(1, 1), backward(1, 1)],
      [forward(0, 2), forward(1, 2), backward(0, 2), backward(1, 2)],
    ]
    let circle = ScheduleFault.cycle([
      .init(backward(0, 1), for: backward(0, 2)), .init(forward(1, 2), for: forward(1, 1)),
    ])
    #expect(throws: circle) { try run(orders) }
  }

  @Test("a missing, a repeated and a misplaced pass are told with their remedy")
  func malformed() {
    #expect(
      words([[forward(0, 0), backward(0, 0)], [backward(0, 1)]])
        == "The schedule never runs the forward pass of micro-batch 0 through chunk 1, whose result "
        + "the backward pass of micro-batch 0 through chunk 1 needs. Add it.")
    #expect(
      words([[forward(0, 0), forward(0, 0), backward(0, 0)]])
        == "The schedule runs the forward pass of micro-batch 0 through chunk 0 twice. "
        + "Remove one of the two.")
    #expect(
      words([[forward(0, 1)], [forward(0, 0)]])
        == "The schedule runs the forward pass of micro-batch 0 through chunk 1 on stage 0, which "
        + "does not hold that chunk. Chunk c lies on stage c mod the number of stages.")
  }

  // Two passes: only micro-batches 0 and 1 can be.
  @Test("a micro-batch that a schedule cannot have is refused", arguments: [-1, 2, 1 << 40, .min])
  func strangeMicroBatch(number: Int) throws {
    #expect(throws: ScheduleFault.strangeMicroBatch(forward(number, 0), stage: 0)) {
      try run([[forward(number, 0), backward(number, 0)]])
    }
    #expect(
      words([[forward(-1, 0), backward(-1, 0)]])
        == "The schedule runs the forward pass of micro-batch -1 through chunk 0 on stage 0, but has "
        + "no such micro-batch. Number micro-batches from 0 on and leave none out.")
  }

  @Test("no schedule that a plan makes is refused")
  func generated() throws {
    for pipeline in [1, 2, 5] {
      for virtualStages in pipeline == 1 ? [1] : [1, 2, 3] {
        let plan = ParallelPlan(pipeline: pipeline, virtualStages: virtualStages, data: 1)
        let unit = Array(
          repeating: SimDuration(nanoseconds: 1), count: pipeline * virtualStages)
        let orders = (0..<pipeline).map { plan.passOrder(stage: $0, microBatches: 2 * pipeline) }
        _ = try StepSimulation(StepProgram(orders: orders, forward: unit, backward: unit)).run()
      }
    }
  }
}
