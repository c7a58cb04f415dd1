import Testing

@testable import Simulation

@Suite("Flows that share links")
struct FlowNetworkTests {
  /// Flows, each with its start, its nominal duration, its shares of links and its lead.
  struct Plan {
    var start: UInt64
    var duration: UInt64
    var uses: [FlowNetwork.Use]
    var lead: UInt64 = 0
  }

  func use(_ link: Int32, _ share: Double = 1) -> FlowNetwork.Use {
    FlowNetwork.Use(link: link, share: share)
  }

  /// When each flow ends.
  func ends(_ plans: [Plan], capacities: [Double]) -> [UInt64] {
    var network = FlowNetwork(capacities: capacities)
    var queue = EventQueue<SIMD2<Int32>>()
    var ends = plans.map { _ in UInt64(0) }
    var owner: [Int32: Int] = [:]
    for index in plans.indices {
      queue.schedule(SIMD2(-1, Int32(index)), at: SimTime(nanoseconds: plans[index].start))
    }
    while let event = queue.next() {
      if event.x < 0 {
        let plan = plans[Int(event.y)]
        let flow = network.start(
          plan.uses, lasting: SimDuration(nanoseconds: plan.duration),
          lead: SimDuration(nanoseconds: plan.lead), at: queue.now)
        owner[flow] = Int(event.y)
      } else if network.end(event.x, version: event.y, at: queue.now), let index = owner[event.x] {
        ends[index] = queue.now.nanoseconds
      }
      for ending in network.takeEndings() {
        queue.schedule(SIMD2(ending.flow, ending.version), at: ending.time)
      }
    }
    return ends
  }

  @Test("a flow alone takes its nominal time, also where it cannot fill the link")
  func alone() {
    #expect(ends([Plan(start: 5, duration: 100, uses: [use(0, 0.6)])], capacities: [1]) == [105])
    #expect(ends([Plan(start: 5, duration: 100, uses: [])], capacities: []) == [105])
  }

  // Both want the whole link: half speed until one has ended. The first has 100 ns of work, 50 of it
  // done when the second comes at 50. The rest takes 100 ns, to 150. The second then has 50 left.
  @Test("two flows on one link run at half speed, and the one that is left at full speed")
  func pair() {
    let plans = [
      Plan(start: 0, duration: 100, uses: [use(0)]), Plan(start: 50, duration: 100, uses: [use(0)]),
    ]
    #expect(ends(plans, capacities: [1]) == [150, 200])
  }

  // The first uses the link from 40 on. Then both have 60 left, at half speed.
  @Test("a flow uses its links when its lead is over, and no link changes the lead")
  func lead() {
    let plans = [
      Plan(start: 0, duration: 100, uses: [use(0)], lead: 40),
      Plan(start: 0, duration: 100, uses: [use(0)]),
    ]
    #expect(ends(plans, capacities: [1]) == [160, 160])
    #expect(ends(Array(plans.prefix(1)), capacities: [1]) == [100])
    // 40, and 60 at half the rate.
    #expect(ends(Array(plans.prefix(1)), capacities: [0.5]) == [160])
  }

  @Test("flows that fit on a link together do not slow each other")
  func fitting() {
    let plans = [
      Plan(start: 0, duration: 100, uses: [use(0, 0.5)]),
      Plan(start: 0, duration: 100, uses: [use(0, 0.5)]),
    ]
    #expect(ends(plans, capacities: [1]) == [100, 100])
  }

  @Test("a link at half its capacity doubles the time of a flow that fills it")
  func slowLink() {
    #expect(ends([Plan(start: 0, duration: 100, uses: [use(0)])], capacities: [0.5]) == [200])
    #expect(
      ends([Plan(start: 0, duration: 100, uses: [use(0, 0.25)])], capacities: [0.5]) == [100])
  }

  // Link 0 carries flows a, b, c that ask for 1/2 each; link 1, at a quarter, carries c and d, which ask for
  // 1/2 and 1. Each has 1/8 of it: c runs at 1/4, d at 1/8. On link 0 a and b share 1 - 1/8 and run at 7/8:
  // 105 ns take 120. c ends at 100 / (1/4) = 400; d has done 50 by then and runs on at 1/4, for 200.
  @Test("rates are max-min fair: what one link denies a flow, others on its other link may have")
  func maxMin() {
    let plans = [
      Plan(start: 0, duration: 105, uses: [use(0, 0.5)]),
      Plan(start: 0, duration: 105, uses: [use(0, 0.5)]),
      Plan(start: 0, duration: 100, uses: [use(0, 0.5), use(1, 0.5)]),
      Plan(start: 0, duration: 100, uses: [use(1, 1)]),
    ]
    #expect(ends(plans, capacities: [1, 0.25]) == [120, 120, 400, 600])
  }

  // Link 1, at 0.51, leaves the second flow 0.51 of its rate: it uses 0.306 of link 0, less than half, and the first
  // has the rest, 0.694. 1000 / 0.694 = 1441; 1000 / 0.51 = 1961.
  @Test("what a flow leaves of a link because another holds it up is not lost")
  func leftOver() {
    let plans = [
      Plan(start: 0, duration: 1000, uses: [use(0, 1)]),
      Plan(start: 0, duration: 1000, uses: [use(0, 0.6), use(1, 1)]),
    ]
    #expect(ends(plans, capacities: [1, 0.51]) == [1441, 1961])
  }

  // 0.2 of the link is less than half of it: that flow has it all, the other the rest.
  @Test("a flow that asks for less than its part is not slowed by one that asks for all")
  func small() {
    let plans = [
      Plan(start: 0, duration: 100, uses: [use(0, 0.2)]),
      Plan(start: 0, duration: 80, uses: [use(0, 1)]),
    ]
    #expect(ends(plans, capacities: [1]) == [100, 100])
  }

  @Test("no link ever carries more than it has, and every flow ends")
  func conservation() {
    var random = SplitMix(seed: 4)
    for _ in 0..<50 {
      let plans = (0..<12).map { _ in
        Plan(
          start: UInt64.random(in: 0...500, using: &random),
          duration: UInt64.random(in: 1...300, using: &random),
          uses: (0..<4 as Range<Int32>).filter { _ in Bool.random(using: &random) }
            .map { use($0, Double.random(in: 0.1...1, using: &random)) })
      }
      let ends = ends(plans, capacities: [1, 0.5, 1, 1])
      for (plan, end) in zip(plans, ends) { #expect(end >= plan.start + plan.duration) }
      // A link's work in the time from the first start to the last end.
      for link in 0..<4 as Range<Int32> {
        let work = plans.reduce(0.0) { sum, plan in
          sum + plan.uses.reduce(0) { $0 + ($1.link == link ? $1.share : 0) }
            * Double(plan.duration)
        }
        let first = plans.map(\.start).min() ?? 0
        let span = Double((ends.max() ?? 0) - first)
        #expect(work <= (link == 1 ? 0.5 : 1) * span + 1)
      }
    }
  }
}
