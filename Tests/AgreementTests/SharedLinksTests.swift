import CostModel
import Fixtures
import Hardware
import Parallelism
import Simulation
import Testing
import Units
import Workload

@Suite("What the simulation sees and the formula does not")
struct SharedLinksTests {
  func simulate(_ question: Case, _ options: SimulationOptions) throws -> (
    estimate: StepEstimate, timeline: StepTimeline
  ) {
    try SimulationEstimator(options).simulate(
      model: question.model, recipe: question.recipe, plan: question.plan, fleet: question.fleet)
  }

  @Test("shared links never make a step shorter, and leave it alone where no flow is slowed")
  func sharing() throws {
    var space = PlanSpace(seed: 21)
    var untouched = 0
    for _ in 0..<60 {
      let question = space.next()
      let alone = try simulate(question, .uncontended)
      let shared = try simulate(question, SimulationOptions())
      #expect(
        shared.timeline.end.nanoseconds + 1000 >= alone.timeline.end.nanoseconds, "\(question)")
      if shared.timeline.slowedFlows == 0 {
        untouched += 1
        let difference = shared.estimate.stepTime - alone.estimate.stepTime
        #expect(abs(difference.value) <= 1e-9 * shared.estimate.stepTime.value, "\(question)")
      }
    }
    #expect(untouched >= 5)
  }

  @Test("the memory of the simulated passes peaks where the memory model says")
  func memory() throws {
    var space = PlanSpace(seed: 22)
    for _ in 0..<60 {
      let question = space.next()
      let (estimate, timeline) = try simulate(question, .uncontended)
      for (stage, memory) in estimate.memory.enumerated() {
        let expected = memory.activations + memory.transient
        let peak = timeline.peak(stage: stage)
        #expect(abs(peak / expected - 1) < 1e-9, "stage \(stage) of \(question)")
      }
    }
  }

  @Test("whoever is told what happens in a step changes nothing in it")
  func recording() throws {
    var space = PlanSpace(seed: 25)
    for seed in [nil, nil, nil, 4] as [UInt64?] {
      var question = space.next()
      if seed != nil { question.recipe.routing = .zipf(exponent: 0.4) }
      let summed = try simulate(question, SimulationOptions(loadSeed: seed))
      let told = try SimulationEstimator(SimulationOptions(loadSeed: seed)).simulate(
        model: question.model, recipe: question.recipe, plan: question.plan, fleet: question.fleet,
        recorder: KeptTimeline())
      #expect(summed.estimate.breakdown == told.estimate.breakdown, "\(question)")
      #expect(summed.timeline.end == told.timeline.end)
      for stage in 0..<question.plan.pipeline {
        #expect(summed.timeline.peak(stage: stage) == told.timeline.peak(stage: stage))
      }
    }
  }

  @Test(
    "the memory of a step does not grow with its micro-batches, but for GPipe's",
    arguments: [ScheduleKind.oneForwardOneBackward, .zeroBubble, .dualPipe])
  func flatMemory(schedule: ScheduleKind) throws {
    func peaks(_ microBatches: Int) throws -> [Bytes] {
      let plan = ParallelPlan(pipeline: 4, data: 8, expert: 8, schedule: schedule)
      let recipe = TrainingRecipe(
        tokens: .trillion, sequenceLength: 1024, globalBatch: 8 * microBatches, precision: .bf16)
      let question = Case(
        model: SmallModels.experts, recipe: recipe, plan: plan, fleet: IdealFleet.fleet(size: 32))
      let timeline = try simulate(question, .uncontended).timeline
      return (0..<4).map { timeline.peak(stage: $0) }
    }
    let few = try peaks(16)
    #expect(try peaks(64) == few && peaks(256) == few)
  }

  /// The end of a step with alike ranks simulated once, and with all of them simulated.
  func ends(_ question: Case, _ condition: FabricCondition, seed: UInt64?) throws -> (
    lumped: Double, full: Double
  ) {
    var options = SimulationOptions(condition: condition, loadSeed: seed)
    let lumped = try simulate(question, options).timeline
    options.isLumped = false
    let full = try simulate(question, options).timeline
    #expect(full.lanes == question.plan.ranks / question.plan.pipeline)
    return (Double(lumped.end.nanoseconds), Double(full.end.nanoseconds))
  }

  /// The largest part of a step by which ranks that stand for others may move it: flows that share a link
  /// end at rounded-up nanoseconds.
  static let lumpingError = 1e-6

  /// Small plans of each schedule with expert groups, and tensor groups or none.
  static func lumpable(_ schedule: String, tensor: Bool) -> Case {
    var space = PlanSpace(seed: 30)
    while true {
      var question = space.next(schedule)
      guard (8...64).contains(question.plan.ranks), question.model.experts != nil,
        question.plan.expert > 1, (question.plan.tensor * question.plan.context > 1) == tensor
      else { continue }
      question.model.layers = max(question.plan.pipeline * question.plan.virtualStages, 6)
      return question
    }
  }

  @Test(
    "ranks simulated one by one give the step of ranks that stand for others, whatever is uneven",
    arguments: ["gpipe", "1f1b", "1f1b-interleaved", "zb-h1", "dualpipe"], [true, false])
  func lumping(schedule: String, tensor: Bool) throws {
    var question = Self.lumpable(schedule, tensor: tensor)
    let slow = FabricCondition(
      slowInterfaces: [.init(rank: question.plan.ranks / 3, speed: 0.3)],
      slowScaleUp: [.init(rank: question.plan.ranks - 1, speed: 0.5)])
    for routing in [RoutingLoad.balanced, .zipf(exponent: 0.5)] {
      question.recipe.routing = routing
      for condition in [FabricCondition.sound, slow] {
        let ends = try ends(question, condition, seed: 7)
        #expect(abs(ends.lumped / ends.full - 1) < Self.lumpingError, "\(question)")
      }
    }
  }

  @Test("blocks with the same slow links in the same places are simulated once")
  func alikeSlowBlocks() throws {
    let question = Self.crossing(ParallelPlan(pipeline: 2, data: 16, expert: 4))
    // Ranks 5, 9 and 13 of the first stage: the second ranks of blocks 1, 2 and 3; and one of block 0.
    let links = [5, 9, 13].map { FabricCondition.SlowLink(rank: $0, speed: 0.4) }
    let slow = FabricCondition(
      slowInterfaces: links + [.init(rank: 0, speed: 0.7)], slowScaleUp: links)
    let ends = try ends(question, slow, seed: nil)
    #expect(abs(ends.lumped / ends.full - 1) < Self.lumpingError)
    let lanes = try simulate(question, SimulationOptions(condition: slow)).timeline.lanes
    // No block is sound: four lanes of block 0, and of block 1 for 1, 2 and 3.
    #expect(lanes == 8)
  }

  // 1,024 ranks: 4 stages, 256 lanes, expert groups of 8 over a whole domain each.
  @Test("a thousand ranks one by one give the step of the few that stand for them")
  func thousandRanks() throws {
    let plan = ParallelPlan(pipeline: 4, data: 256, expert: 8)
    let recipe = TrainingRecipe(
      tokens: .trillion, sequenceLength: 1024, globalBatch: 512, precision: .bf16)
    var question = Case(
      model: SmallModels.experts, recipe: recipe, plan: plan, fleet: IdealFleet.fleet(size: 1024))
    let slow = FabricCondition(
      slowInterfaces: [.init(rank: 300, speed: 0.25)], slowScaleUp: [.init(rank: 301, speed: 0.5)])
    let even = try ends(question, slow, seed: nil)
    #expect(even.lumped == even.full)
    question.recipe.routing = .dirichlet(concentration: 5)
    let drawn = try ends(question, slow, seed: 3)
    #expect(drawn.lumped == drawn.full)
  }

  @Test("a hundred thousand ranks take the step of as many pipelines as a few hundred do")
  func hundredThousandRanks() throws {
    func end(data: Int) throws -> SimDuration {
      let plan = ParallelPlan(pipeline: 4, data: data, expert: 8)
      let recipe = TrainingRecipe(
        tokens: .trillion, sequenceLength: 1024, globalBatch: 8 * data, precision: .bf16)
      let question = Case(
        model: SmallModels.experts, recipe: recipe, plan: plan,
        fleet: IdealFleet.fleet(size: plan.ranks))
      return try simulate(question, SimulationOptions()).timeline.pipelineEnd - .zero
    }
    #expect(try end(data: 25_600) == end(data: 64))
  }

  // All steps of all micro-batches, counted without a clock.
  @Test("the bytes that flows carried are the bytes that the operations send")
  func bytes() throws {
    var space = PlanSpace(seed: 23)
    for _ in 0..<30 {
      let question = space.next()
      let costs = FleetCosts(question.fleet)
      let pieces = try PieceCosts(
        model: question.model, recipe: question.recipe, plan: question.plan, costs: costs)
      let step = try StepCosts(
        model: question.model, recipe: question.recipe, plan: question.plan, costs: costs,
        pieces: pieces)
      let counted = try step.sentByAllStages(
        model: question.model, recipe: question.recipe, costs: costs, pieces: pieces)
      let sent = try simulate(question, SimulationOptions()).timeline.sent
      #expect(abs((sent.inside - counted.inside).value) <= 1e-9 * counted.inside.value + 1)
      #expect(abs((sent.outside - counted.outside).value) <= 1e-9 * counted.outside.value + 1)
    }
  }

  // 32 ranks in domains of 8, experts exchanged inside a domain only: links inside it carry the
  // exchange, which takes twice as long on the domain whose links run at half their rate.
  @Test("links inside a domain at half their rate double what its exchange takes")
  func slowScaleUp() throws {
    let plan = ParallelPlan(data: 32, expert: 8)
    let recipe = TrainingRecipe(
      tokens: .trillion, sequenceLength: 1024, globalBatch: 32, precision: .bf16)
    let question = Case(
      model: SmallModels.experts, recipe: recipe, plan: plan, fleet: IdealFleet.fleet(size: 32))
    let sound = try simulate(question, SimulationOptions())
    let half = FabricCondition(slowScaleUp: [.init(rank: 12, speed: 0.5)])
    let slow = try simulate(question, SimulationOptions(condition: half))
    let exchange = sound.estimate.breakdown[.expertCommunication]
    let longer = slow.timeline.pipelineEnd - sound.timeline.pipelineEnd
    #expect(exchange > .zero)
    #expect(abs(longer.amount / exchange - 1) < 1e-4)
  }

  // Expert groups and data-parallel groups of 16 over two domains: gathers ahead of the pass and exchanges
  // in it leave by the same interface.
  @Test("gathers and exchanges on one interface slow each other, on links of their own they do not")
  func twoOnOneInterface() throws {
    var fleet = IdealFleet.fleet(size: 16)
    fleet.stack.overlap.fullySharded.value = 1
    let question = Case(
      model: SmallModels.experts,
      recipe: TrainingRecipe(
        tokens: .trillion, sequenceLength: 4096, globalBatch: 32, precision: .bf16),
      plan: ParallelPlan(data: 16, expert: 16, sharding: .weights), fleet: fleet)
    let alone = try simulate(question, .uncontended)
    let shared = try simulate(question, SimulationOptions())
    #expect(alone.timeline.slowedFlows == 0 && shared.timeline.slowedFlows > 0)
    #expect(shared.estimate.stepTime > 1.01 * alone.estimate.stepTime)
    #expect(shared.timeline.sent == alone.timeline.sent)
  }

  // Everything crosses domains of 2 ranks; curves that reach only a part of a link's rate, and latencies.
  static func crossing(_ plan: ParallelPlan) -> Case {
    var fleet = IdealFleet.fleet(size: plan.ranks)
    fleet.fabric.scaleUp.domainSize = 2
    fleet.fabric.scaleOut?.latency.value = Seconds(20e-6)
    for kind in CollectiveKind.allCases {
      fleet.kernels.collectives[kind]?.scaleOutEfficiency = 0.8
      fleet.kernels.collectives[kind]?.protocols = [
        .init(latency: Seconds(10e-6), latencyPerStep: Seconds(1e-6), efficiency: 0.7)
      ]
    }
    return Case(
      model: SmallModels.experts,
      recipe: TrainingRecipe(
        tokens: .trillion, sequenceLength: 4096, globalBatch: 4 * plan.data, precision: .bf16),
      plan: plan, fleet: fleet)
  }

  @Test(
    "links that all lost a part of their rate take the step of a fabric that was sold with the rest",
    arguments: [0.9, 0.5, 0.1],
    [
      ParallelPlan(data: 16, expert: 8), ParallelPlan(tensor: 2, data: 8, expert: 4),
      ParallelPlan(pipeline: 4, data: 4, expert: 2), ParallelPlan(data: 16, sharding: .weights),
    ])
  func slowFabric(speed: Double, plan: ParallelPlan) throws {
    let question = Self.crossing(plan)
    let links = (0..<plan.ranks).map { FabricCondition.SlowLink(rank: $0, speed: speed) }
    for (isOut, condition) in [
      (true, FabricCondition(slowInterfaces: links)), (false, FabricCondition(slowScaleUp: links)),
    ] {
      var sold = question
      if isOut {
        sold.fleet.fabric.scaleOut?.bandwidth.value *= speed
      } else {
        sold.fleet.fabric.scaleUp.bandwidth.value *= speed
      }
      let expected = try simulate(sold, SimulationOptions()).estimate.stepTime
      let told = try simulate(question, SimulationOptions(condition: condition)).estimate.stepTime
      // Where another link becomes the narrowest, its own latencies are not in the flow.
      #expect(
        abs(told / expected - 1) < (speed < 0.5 ? 0.015 : 0.005),
        "\(isOut ? "interfaces" : "links inside")")
    }
  }

  @Test("the more ranks have slow links, the longer the step, however little of it they are")
  func moreSlowRanks() throws {
    var question = Self.crossing(ParallelPlan(data: 8, expert: 4, sharding: .optimizer))
    question.fleet.stack.overlap.gradientReduction.value = 0.9
    question.fleet.stack.overlap.parameterGather.value = 0.9
    var last = SimTime.zero
    for count in [0, 1, 2, 5, 8] {
      let links = (0..<count).map { FabricCondition.SlowLink(rank: $0, speed: 0.5) }
      let slow = FabricCondition(slowInterfaces: links, slowScaleUp: links)
      let end = try simulate(question, SimulationOptions(condition: slow)).timeline.end
      #expect(end.nanoseconds + 1000 >= last.nanoseconds, "\(count) slow ranks")
      last = end
    }
  }

  @Test("no pass is done with weights that have not come")
  func firstGather() throws {
    var question = Self.crossing(ParallelPlan(data: 8, expert: 4, sharding: .optimizer))
    question.fleet.stack.overlap.parameterGather.value = 1
    let slow = FabricCondition(slowInterfaces: [.init(rank: 3, speed: 0.001)])
    let kept = KeptTimeline()
    _ = try SimulationEstimator(SimulationOptions(condition: slow)).simulate(
      model: question.model, recipe: question.recipe, plan: question.plan, fleet: question.fleet,
      recorder: kept)
    let gather = kept.spans.first { $0.activity == .gather && $0.stream == .background(.data) }
    let end = try #require(gather?.end)
    let second = kept.passes.filter { $0.pass.microBatch == 1 && $0.pass.direction == .forward }
    #expect(!second.isEmpty && second.allSatisfy { $0.start >= end })
  }

  @Test("slower links and missing rails never make a step shorter")
  func faults() throws {
    var space = PlanSpace(seed: 24)
    for _ in 0..<20 {
      let question = space.next()
      let sound = try simulate(question, SimulationOptions()).timeline.end.nanoseconds
      var last = sound
      for speed in [0.5, 0.1] {
        let rank = FabricCondition.SlowLink(rank: 0, speed: speed)
        let slow = FabricCondition(slowInterfaces: [rank], slowScaleUp: [rank])
        let end = try simulate(question, SimulationOptions(condition: slow)).timeline.end
        #expect(end.nanoseconds + 1000 >= last, "\(question)")
        last = end.nanoseconds
      }
      let rails = SimulationOptions(condition: FabricCondition(missingRails: 3))
      #expect(try simulate(question, rails).timeline.end.nanoseconds + 1000 >= sound)
    }
  }
}

extension StepCosts {
  /// What one lane of every stage sends in a step: each micro-batch's operations, the sends between
  /// stages, and once a step the gradients and the weights.
  fileprivate func sentByAllStages(
    model: ModelArchitecture, recipe: TrainingRecipe, costs: FleetCosts, pieces: PieceCosts
  ) throws -> LinkTraffic {
    let scripts = try PieceScripts(
      model: model, recipe: recipe, plan: plan, costs: costs, pieces: pieces)
    var sent = LinkTraffic.none
    for share in StageLayout(model: model, plan: plan).chunks {
      for block in share.pieces.compactMap({ scripts[$0] }) {
        let gather = block.sharded.gather
        let scatter = block.sharded.scatter
        // Weights are gathered forward and again backward.
        let calls = [gather.exposed, gather.hidden, gather.exposed, gather.hidden]
        let sharded = (calls + [scatter.exposed, scatter.hidden]).compactMap { $0 }.joined()
        for segment in block.forward + block.backward + sharded {
          sent = sent + segment.traffic * Double(microBatches)
        }
      }
    }
    let hops = Double(2 * (plan.pipeline * plan.virtualStages - 1))
    if plan.pipeline > 1 { sent = sent + sendTraffic * (hops * Double(microBatches)) }
    for stage in 0..<plan.pipeline {
      let tail = tailTraffic(stage: stage)
      sent = sent + tail.reduction + tail.gather
    }
    return sent
  }
}
