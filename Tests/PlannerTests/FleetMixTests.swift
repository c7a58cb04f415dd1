import Analytical
import CostModel
import Fixtures
import Hardware
import Parallelism
import Testing
import TrainingRun
import Units
import Workload

@testable import Planner

@Suite("Fleets that train together")
struct FleetMixTests {
  /// A fleet of the ideal device, of which every rate may be a multiple.
  private func fleet(_ id: String, _ size: Int, speed: Double = 1, price: Double = 36) -> Fleet {
    var fleet = IdealFleet.fleet(size: size)
    fleet.id = id
    for (precision, peak) in fleet.device.peaks {
      fleet.device.peaks[precision] = Sourced(
        peak.value * speed, .estimated, source: "a multiple for tests")
    }
    fleet.device.memoryBandwidth = Sourced(
      fleet.device.memoryBandwidth.value * speed, .estimated, source: "a multiple for tests")
    fleet.price?.rate = Sourced(
      Money(price) / Seconds.hour, .estimated, source: "a round number for tests")
    return fleet
  }

  private func answer(
    _ fleets: [Fleet], _ sharing: FleetMix.Sharing, plan: PlanChoice,
    model: ModelArchitecture = SmallModels.experts, batch: Int = 64, total: Tokens = .trillion
  ) async throws -> (mix: MixAnswer, entries: [Comparison.Entry]) {
    let scenario = Scenario(
      id: "s", title: "S", models: [model],
      recipe: TrainingRecipe(
        tokens: .trillion, sequenceLength: 2048, globalBatch: batch, precision: .bf16),
      fleets: fleets,
      mixes: [
        FleetMix(
          name: "m", pools: fleets.map(\.id).filter { !$0.hasPrefix("sum") }, sharing: sharing)
      ], plan: plan, baseline: nil, currency: "RMB", totalTokens: total, deadline: nil,
      references: [], inputs: [])
    let comparison = try await Comparison.answer(scenario)
    return (try #require(comparison.mixes.first), comparison.entries)
  }

  private func estimate(_ answer: MixAnswer) throws -> MixEstimate {
    guard case .found(let estimate) = answer.outcome else {
      Issue.record("no answer: \(answer.outcome)")
      throw MixFault.noStages
    }
    return estimate
  }

  private func found(_ entry: Comparison.Entry) throws -> Comparison.Found {
    guard case .found(let found) = entry.outcome else { throw MixFault.noStages }
    return found
  }

  private func isClose(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= 1e-12 * max(abs(a), abs(b))
  }

  @Test("two equal pools of replicas give the answer of one fleet of the sum")
  func equalReplicas() async throws {
    for plan in [
      ParallelPlan(data: 0, expert: 8), ParallelPlan(tensor: 2, data: 0, expert: 4),
      ParallelPlan(pipeline: 2, data: 0, expert: 4, sharding: .none),
    ] {
      let (mix, entries) = try await answer(
        [fleet("one", 16), fleet("two", 16), fleet("sum", 32)], .replicas(link: nil),
        plan: .explicit(plan))
      let together = try estimate(mix)
      let sum = try found(entries[2])
      let step = try #require(together.step)
      #expect(isClose(step.time.value, sum.step.stepTime.value), "\(plan)")
      #expect(abs(step.balancedTime / step.time - 1) < 1e-9)
      #expect(isClose(step.modelUtilization, sum.step.modelUtilization))
      #expect(isClose(together.cost?.value ?? 0, sum.run.cost?.value ?? 1))
      #expect(together.pools.map(\.share) == [0.5, 0.5])
      #expect(together.pools.allSatisfy { $0.work?.memory == sum.step.peakMemory })
    }
  }

  @Test("two equal pools of stages give the answer of one fleet of the sum")
  func equalStages() async throws {
    // Four layers on four stages can be dealt in one way only.
    let plan = ParallelPlan(pipeline: 4, data: 0, expert: 4)
    let (mix, entries) = try await answer(
      [fleet("one", 16), fleet("two", 16), fleet("sum", 32)], .stages(link: nil),
      plan: .explicit(plan))
    let together = try estimate(mix)
    let sum = try found(entries[2])
    #expect(isClose(together.step?.time.value ?? 0, sum.step.stepTime.value))
    #expect(isClose(together.cost?.value ?? 0, sum.run.cost?.value ?? 1))
    let most = together.pools.compactMap { $0.work?.memory.total }.max()
    #expect(most == sum.step.peakMemory.total)
  }

  @Test("two equal pools in turn give the time of one of them, and its cost")
  func equalPhases() async throws {
    let now = FleetMix.CheckpointTransfer(bandwidth: BytesPerSecond(1e30), pause: .zero)
    let (mix, entries) = try await answer(
      [fleet("one", 16), fleet("two", 16)],
      .phases(
        .init(
          limits: [.exactly(0.25 * .trillion), .exactly(0.75 * .trillion)], transfer: now,
          deadline: nil)),
      plan: .search(PlanQuery()))
    let together = try estimate(mix)
    let alone = try found(entries[0])
    #expect(isClose(together.duration.value, alone.run.duration.value))
    #expect(isClose(together.cost?.value ?? 0, alone.run.cost?.value ?? 1))
  }

  @Test("a pool that works twice as fast gets twice the sequences, where nothing else takes time")
  func twiceAsFast() async throws {
    // Without data parallelism inside pools and with a link that takes no time all that is left is work:
    // 96 sequences over speeds of 2 and 1 are 64 and 32.
    let link = PoolLink(bandwidth: BytesPerSecond(1e30), latency: .zero)
    let (mix, _) = try await answer(
      [fleet("fast", 1, speed: 2), fleet("slow", 1)], .replicas(link: link),
      plan: .explicit(ParallelPlan(data: 1)), model: SmallModels.dense, batch: 96)
    let together = try estimate(mix)
    #expect(together.pools.map { ($0.share * 96).rounded() } == [64, 32])
    #expect(together.pools.allSatisfy { abs($0.work?.wait.value ?? 1) < 1e-9 })
  }

  @Test("unlike replicas end within one micro-batch of each other")
  func balanced() async throws {
    let link = PoolLink(bandwidth: 5 * BytesPerSecond.GBps, latency: Seconds(1e-5))
    let (mix, _) = try await answer(
      [fleet("fast", 16, speed: 1.7), fleet("slow", 8, speed: 0.6)], .replicas(link: link),
      plan: .search(PlanQuery()), batch: 512)
    let together = try estimate(mix)
    let step = try #require(together.step)
    for pool in together.pools {
      let work = try #require(pool.work)
      guard case .sequences(_, let microBatches) = work.amount else { continue }
      let one = work.own / Double(microBatches)
      #expect(work.wait <= one)
    }
    #expect(step.balancedTime <= step.time * (1 + 1e-9))
  }

  @Test("the link between pools takes what a ring of two takes")
  func linkTime() async throws {
    // Of each gradient element a device of a pool of 16 holds a sixteenth, 4 bytes an element; a ring of two
    // sends half of that twice, and there are two hops.
    let link = PoolLink(bandwidth: BytesPerSecond.GBps, latency: Seconds(0.001))
    let plan = ParallelPlan(data: 0)
    let (mix, _) = try await answer(
      [fleet("one", 16), fleet("two", 16)], .replicas(link: link), plan: .explicit(plan),
      model: SmallModels.dense)
    let together = try estimate(mix)
    let weights = Double(SmallModels.dense.parameterCount.total)
    let expected = 4 * weights / 16 / 1e9 + 0.002
    #expect(abs((together.step?.linkTime.value ?? 0) / expected - 1) < 1e-3)
  }

  @Test("a pool too slow to help is left out, and costs nothing")
  func leftOut() async throws {
    let (mix, entries) = try await answer(
      [fleet("fast", 16), fleet("crawling", 8, speed: 1e-4)], .replicas(link: nil),
      plan: .explicit(ParallelPlan(data: 0, expert: 8)))
    let together = try estimate(mix)
    #expect(together.pools[1].work == nil && together.pools[1].cost == .zero)
    let alone = try found(entries[0])
    #expect(isClose(together.step?.time.value ?? 0, alone.step.stepTime.value))
  }

  @Test("layers go to stages in inverse ratio to the time that they take there")
  func layers() async throws {
    // 36 layers over one stage of speed 2 and one of speed 1 are 24 and 12, less what the ends take.
    var model = SmallModels.dense
    model.layers = 36
    model.vocabulary = 8
    let link = PoolLink(bandwidth: BytesPerSecond(1e30), latency: .zero)
    let (mix, _) = try await answer(
      [fleet("fast", 4, speed: 2), fleet("slow", 4)], .stages(link: link),
      plan: .explicit(ParallelPlan(pipeline: 2, data: 0)), model: model)
    let together = try estimate(mix)
    guard case .layers(let fast)? = together.pools[0].work?.amount,
      case .layers(let slow)? = together.pools[1].work?.amount
    else { return }
    #expect(fast == [24] && slow == [12])
    let waits = together.pools.compactMap { $0.work?.wait.value }
    let layer = (together.pools[1].work?.own.value ?? 0) / 12
    #expect(waits.allSatisfy { $0 <= layer })
  }

  @Test("no other way to deal the layers is quicker for the busiest stage")
  func exhaustiveLayers() throws {
    var model = SmallModels.experts
    model.layers = 10
    let recipe = TrainingRecipe(
      tokens: .trillion, sequenceLength: 2048, globalBatch: 64, precision: .bf16)
    let plan = ParallelPlan(pipeline: 3, data: 4, expert: 4)
    let stages = try [1.0, 2.3, 0.7].map { speed in
      let costs = FleetCosts(fleet("f", 12, speed: speed))
      let pieces = try PieceCosts(model: model, recipe: recipe, plan: plan, costs: costs)
      return LayerPartition.Stage(
        pricer: try StagePricer(
          model: model, plan: plan, recipe: recipe, costs: costs, pieces: pieces),
        capacity: Bytes(.infinity), sends: Seconds(1e-5))
    }
    let partition = LayerPartition(model: model, stages: stages)
    func busiest(_ sizes: [Int]) -> Seconds {
      let first = sizes[0]
      let second = first + sizes[1]
      return max(
        partition.time(0, 0..<first),
        max(partition.time(1, first..<second), partition.time(2, second..<10)))
    }
    let best = busiest(try #require(try partition.sizes()))
    for first in 1...8 {
      for second in 1...9 - first {
        #expect(busiest([first, second, 10 - first - second]) >= best)
      }
    }
    #expect(try partition.balanced().time <= best)
  }

  @Test("a stage never gets more layers than its memory holds")
  func memory() async throws {
    var model = SmallModels.dense
    model.layers = 36
    var small = fleet("small", 4, speed: 2)
    small.device.memoryCapacity = Sourced(2 * Bytes.GB, .estimated, source: "little, for tests")
    let (mix, _) = try await answer(
      [small, fleet("large", 4)], .stages(link: nil),
      plan: .explicit(ParallelPlan(pipeline: 2, data: 0, recompute: .full)), model: model)
    let pools = try estimate(mix).pools
    for pool in pools {
      let memory = try #require(pool.work?.memory.total)
      #expect(memory <= pool.fleet.device.memoryCapacity.value)
    }
    #expect(pools[0].share < 0.5, "with room it would have two thirds")
  }

  @Test("phases meet a deadline at the least cost; transfers are paid by who receives")
  func phases() async throws {
    let fleets = [fleet("quick", 16, price: 100), fleet("cheap", 8, price: 36)]
    let free = FleetMix.CheckpointTransfer(
      bandwidth: BytesPerSecond(1e30), pause: Seconds.hour)
    let (open, entries) = try await answer(
      fleets, .phases(.init(limits: [.any, .any], transfer: free, deadline: nil)),
      plan: .search(PlanQuery()))
    let (quick, cheap) = (try found(entries[0]).run, try found(entries[1]).run)
    let unbounded = try estimate(open)
    #expect(unbounded.pools[0].cost == .zero && unbounded.pools[1].share == 1)
    #expect(isClose(unbounded.duration.value, cheap.duration.value))
    // Half-way between the two, and an hour for the transfer.
    let deadline = (quick.duration + cheap.duration) / 2 + Seconds.hour
    let (tight, _) = try await answer(
      fleets, .phases(.init(limits: [.any, .any], transfer: free, deadline: deadline)),
      plan: .search(PlanQuery()))
    let bounded = try estimate(tight)
    #expect(abs(bounded.duration / deadline - 1) < 1e-9)
    #expect(abs(bounded.pools[0].share - 0.5) < 1e-6)
    let transferCost = 8 * 36.0
    let expected = ((quick.cost?.value ?? 0) + (cheap.cost?.value ?? 0)) / 2 + transferCost
    #expect(abs((bounded.cost?.value ?? 0) / expected - 1) < 1e-6)
    let (late, _) = try await answer(
      fleets,
      .phases(.init(limits: [.any, .any], transfer: free, deadline: quick.duration * 0.9)),
      plan: .search(PlanQuery()))
    guard case .impossible(.tooSlow(let quickest, _)) = late.outcome else {
      Issue.record("a deadline that nobody can meet was met")
      return
    }
    #expect(isClose(quickest.value, quick.duration.value))
  }
}
