import Analytical
import CostModel
import Fixtures
import Hardware
import Parallelism
import Simulation
import Testing
import Units
import Workload

@Suite("Leaf switches, the spine and interfaces that several ranks share")
struct LeafSwitchTests {
  func simulate(
    _ question: Case, _ condition: FabricCondition = .sound, isLumped: Bool = true
  ) throws -> (estimate: StepEstimate, timeline: StepTimeline) {
    try SimulationEstimator(
      SimulationOptions(condition: condition, loadSeed: 5, isLumped: isLumped)
    ).simulate(
      model: question.model, recipe: question.recipe, plan: question.plan, fleet: question.fleet)
  }

  func formula(_ question: Case) throws -> Seconds {
    try AnalyticalEstimator().estimate(
      model: question.model, recipe: question.recipe, plan: question.plan, fleet: question.fleet
    ).stepTime
  }

  /// Domains of 2 ranks, so that nearly all crosses the network.
  static func question(_ plan: ParallelPlan, leafRanks: Int? = 8) -> Case {
    var question = SharedLinksTests.crossing(plan)
    question.fleet.fabric.scaleOut?.leafRanks = leafRanks
    return question
  }

  static let plans = [
    ParallelPlan(data: 32, expert: 8), ParallelPlan(data: 32, expert: 16, sharding: .weights),
    ParallelPlan(tensor: 2, data: 16, expert: 4, sharding: .optimizer),
  ]

  @Test(
    "where all ranks communicate at once, leaves that share their uplinks take what the formula says",
    arguments: plans)
  func agreement(plan: ParallelPlan) throws {
    var question = Self.question(plan)
    let network = question.fleet.fabric.scaleOut
    let wide = try formula(question)
    for (oversubscription, spine, sharers) in [(3.0, nil, 1), (1, 2.0, 2), (2, 1.5, 2)] {
      question.fleet.fabric.scaleOut = network
      question.fleet.fabric.scaleOut?.oversubscription.value = oversubscription
      question.fleet.fabric.scaleOut?.spineOversubscription = spine.map {
        Sourced($0, .estimated, source: "a round number")
      }
      question.fleet.fabric.scaleOut?.interfaceSharers = sharers
      let expected = try formula(question)
      #expect(expected > 1.02 * wide)
      let (estimate, timeline) = try simulate(question)
      #expect(abs(estimate.stepTime / expected - 1) < 0.005, "\(plan) \(oversubscription)")
      #expect(timeline.lanes == 1)
      // What an interface does for all its ranks at once takes it no longer than each its own.
      let narrowing = oversubscription * (spine ?? 1)
      #expect(narrowing == 1 || timeline.slowedFlows > 0)
    }
  }

  @Test(
    "uplinks that all lost a part of their rate take the step of a fabric that was sold with the rest",
    arguments: [0.5, 0.2], plans + [ParallelPlan(pipeline: 4, data: 8, expert: 2)])
  func slowLeaves(speed: Double, plan: ParallelPlan) throws {
    let question = Self.question(plan)
    let slow = FabricCondition(slowUplinks: (0..<4).map { .init(leaf: $0, speed: speed) })
    let told = try simulate(question, slow)
    var sold = question
    sold.fleet.fabric.scaleOut?.oversubscription.value = 1 / speed
    let expected = try simulate(sold)
    #expect(abs(told.estimate.stepTime / expected.estimate.stepTime - 1) < 1e-5)
    #expect(told.estimate.stepTime > (try simulate(question)).estimate.stepTime)
  }

  // One stage communicates while the other works: it has the whole leaf.
  @Test("ranks that communicate by turns share uplinks better than the formula takes them to")
  func turns() throws {
    var question = Self.question(ParallelPlan(pipeline: 4, data: 2), leafRanks: 8)
    question.fleet.fabric.scaleOut?.oversubscription.value = 4
    #expect(try simulate(question).estimate.stepTime < 0.995 * formula(question))
  }

  @Test(
    "ranks on shared links simulated one by one give the step of ranks that stand for others",
    arguments: [8, 12, nil] as [Int?],
    [
      ParallelPlan(pipeline: 2, data: 16, expert: 4),
      ParallelPlan(tensor: 2, pipeline: 2, data: 8, expert: 2, sharding: .weights),
      ParallelPlan(data: 32, expert: 8, sharding: .optimizer),
    ])
  func lumping(leafRanks: Int?, plan: ParallelPlan) throws {
    var question = Self.question(plan, leafRanks: leafRanks)
    question.fleet.fabric.scaleOut?.oversubscription.value = 2
    question.fleet.fabric.scaleOut?.spineOversubscription = Sourced(
      1.5, .estimated, source: "a round number")
    question.fleet.fabric.scaleOut?.interfaceSharers = 2
    let slow = FabricCondition(
      slowInterfaces: [.init(rank: 5, speed: 0.6)], slowUplinks: [.init(leaf: 1, speed: 0.3)])
    for routing in [RoutingLoad.balanced, .zipf(exponent: 0.5)] {
      question.recipe.routing = routing
      for condition in [FabricCondition.sound, slow] {
        let lumped = try simulate(question, condition)
        let full = try simulate(question, condition, isLumped: false)
        #expect(lumped.timeline.lanes <= full.timeline.lanes)
        #expect(
          abs(lumped.estimate.stepTime / full.estimate.stepTime - 1) < 1e-6,
          "\(lumped.timeline.lanes) of \(full.timeline.lanes) lanes, \(routing)")
      }
    }
  }

  @Test("the more of a leaf's uplinks is lost, the longer the step")
  func slower() throws {
    let question = Self.question(ParallelPlan(pipeline: 2, data: 16, expert: 8))
    var last = try simulate(question).timeline.end
    for speed in [0.9, 0.5, 0.2, 0.05] {
      let slow = FabricCondition(slowUplinks: [.init(leaf: 1, speed: speed)])
      let end = try simulate(question, slow).timeline.end
      #expect(end.nanoseconds + 1000 >= last.nanoseconds)
      last = end
    }
  }
}
