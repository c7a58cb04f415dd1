/// Flows over links that they share, at rates that are max–min fair. It knows nothing of training.
///
/// A flow has a nominal duration, the time that it takes alone. After a lead, in which it uses no link, it
/// uses a share of the capacity of each link on its way while it runs at its nominal rate, 1, which none
/// exceeds. Where flows ask a link for more than it has, those that ask for less than an equal part get what
/// they ask for, and the others equal parts of the rest: no flow could have more of a link but at the cost
/// of one that has less (Bertsekas and Gallager 1992, section 6.5.2). A flow of several ranks counts on a link
/// as many times as ranks send over it.
///
/// Only links that are asked for too much bind flows to each other. When a flow starts or ends, rates
/// are computed anew among the flows that such links connect with it; all others run on.
struct FlowNetwork {
  /// A link on a flow's way, and the share of its capacity, before any fault, that the flow uses.
  struct Use: Hashable {
    var link: Int32
    /// How many ranks it is that send there.
    var ranks: Int32 = 1
    var share: Double
  }

  private struct Link {
    /// What is left of the capacity; 1 is sound.
    var capacity: Double
    /// What its flows would use at their nominal rates.
    var asked = 0.0
    var riders: [Rider] = []
    /// For the search through a component, and what each open rider gets that asks for more.
    var isMarked = false
    var fair = 0.0

    /// Rounding of sums must not take a link for too full.
    var isFull: Bool { asked > capacity * (1 + 1e-9) }
  }

  /// A flow on a link, and the share that it uses.
  private struct Rider {
    var flow: Int32
    var ranks: Int32
    var share: Double

    /// What one of the ranks uses.
    var each: Double { share / Double(ranks) }
  }

  private struct Flow {
    var uses: [Use] = []
    var rate = 1.0
    /// Whether its lead is not over.
    var leads = false
    /// Nanoseconds at nominal rate that are left at `since`.
    var left = 0.0
    var since = SimTime.zero
    /// Told apart from earlier flows in the same slot, and from earlier ends of this one.
    var version: Int32 = 0
    /// For the search through a component, the rates found there, and what links leave meanwhile.
    var isMarked = false
    var level = 0.0
    var limit = 1.0
    var limiter: Int32 = -1
    /// The link that held it down last; -1 for none.
    var holder: Int32 = -1
  }

  /// When a flow ends, unless something changes until then.
  struct Ending {
    var flow: Int32
    var version: Int32
    var time: SimTime
  }

  private var links: [Link]
  private var flows: [Flow] = []
  private var free: [Int32] = []
  /// Ends that are new since they were last taken.
  private(set) var endings: [Ending] = []
  /// Flows that ran below their nominal rate at any time.
  private(set) var slowed = 0
  /// For the search through a component: its flows, and the links that bind them.
  private var found: [Int32] = []
  private var full: [Int32] = []
  /// What the open riders of a link ask for each, and how many ranks they are.
  private var asking: [(each: Double, ranks: Double)] = []

  /// - Parameter capacities: Of each link, as a part of what it should have.
  init(capacities: [Double]) {
    precondition(capacities.allSatisfy { $0 > 0 }, "a link that carries nothing ends no flow")
    links = capacities.map { Link(capacity: $0) }
  }

  /// Starts a flow; its end, or that of its lead, is among the new `endings`.
  ///
  /// - Parameter lead: The part of the duration, at its start, in which it uses no link.
  /// - Returns: The flow, for `end`.
  mutating func start(
    _ uses: [Use], lasting duration: SimDuration, lead: SimDuration = .zero, at now: SimTime
  ) -> Int32 {
    precondition(lead <= duration, "a lead is a part of its flow")
    let slot = takeSlot()
    flows[Int(slot)].uses = uses
    flows[Int(slot)].rate = 1
    flows[Int(slot)].holder = -1
    flows[Int(slot)].left = Double(duration.nanoseconds - lead.nanoseconds)
    flows[Int(slot)].leads = lead > .zero
    if lead > .zero { addEnding(slot, at: now + lead) } else { enter(slot, at: now) }
    return slot
  }

  /// Puts a flow on its links.
  private mutating func enter(_ slot: Int32, at now: SimTime) {
    flows[Int(slot)].since = now
    var meetsFull = false
    for use in flows[Int(slot)].uses {
      let link = Int(use.link)
      links[link].asked += use.share
      links[link].riders.append(Rider(flow: slot, ranks: use.ranks, share: use.share))
      if links[link].isFull { meetsFull = true }
    }
    addEnding(slot, at: now + SimDuration(nanoseconds: UInt64(flows[Int(slot)].left)))
    guard meetsFull else { return }
    seed(slot)
    share(at: now)
  }

  /// Whether an ending still holds and is that of the flow, whose links are free of it then.
  mutating func end(_ flow: Int32, version: Int32, at now: SimTime) -> Bool {
    guard flows[Int(flow)].version == version else { return false }
    if flows[Int(flow)].leads {
      flows[Int(flow)].leads = false
      enter(flow, at: now)
      return false
    }
    flows[Int(flow)].version &+= 1
    for use in flows[Int(flow)].uses {
      let link = Int(use.link)
      let wasFull = links[link].isFull
      links[link].riders.removeAll { $0.flow == flow }
      links[link].asked -= use.share
      if links[link].riders.isEmpty { links[link].asked = 0 }
      if wasFull { for rider in links[link].riders { seed(rider.flow) } }
    }
    free.append(flow)
    if !found.isEmpty { share(at: now) }
    return true
  }

  /// The link that held a flow down last; nil where none did.
  func holder(of flow: Int32) -> Int? {
    let link = flows[Int(flow)].holder
    return link < 0 ? nil : Int(link)
  }

  mutating func takeEndings() -> [Ending] {
    defer { endings.removeAll(keepingCapacity: true) }
    return endings
  }

  private mutating func takeSlot() -> Int32 {
    if let slot = free.popLast() { return slot }
    flows.append(Flow())
    return Int32(flows.count - 1)
  }

  private mutating func addEnding(_ flow: Int32, at time: SimTime) {
    flows[Int(flow)].version &+= 1
    endings.append(Ending(flow: flow, version: flows[Int(flow)].version, time: time))
  }
}

extension FlowNetwork {
  /// Puts a flow into the component that is searched for.
  private mutating func seed(_ flow: Int32) {
    guard !flows[Int(flow)].isMarked else { return }
    flows[Int(flow)].isMarked = true
    found.append(flow)
  }

  /// Computes the rates of the seeded flows anew, and of all that full links connect with them.
  private mutating func share(at now: SimTime) {
    findComponent()
    fill()
    for flow in found {
      let index = Int(flow)
      flows[index].isMarked = false
      let rate = flows[index].level
      guard abs(rate - flows[index].rate) > 1e-12 * rate else { continue }
      if flows[index].rate == 1 { slowed += 1 }
      let elapsed = Double((now - flows[index].since).nanoseconds)
      flows[index].left = max(0, flows[index].left - elapsed * flows[index].rate)
      flows[index].since = now
      flows[index].rate = rate
      let duration = (flows[index].left / rate).rounded(.up)
      addEnding(flow, at: now + SimDuration(nanoseconds: UInt64(duration)))
    }
    found.removeAll(keepingCapacity: true)
    full.removeAll(keepingCapacity: true)
  }

  private mutating func findComponent() {
    var next = 0
    while next < found.count {
      for use in flows[Int(found[next])].uses {
        let link = Int(use.link)
        guard links[link].isFull, !links[link].isMarked else { continue }
        links[link].isMarked = true
        full.append(use.link)
        for rider in links[link].riders { seed(rider.flow) }
      }
      next += 1
    }
    for link in full { links[Int(link)].isMarked = false }
  }

  /// Finds the rate of each flow of the component.
  ///
  /// In each round the flows get their rates that a bottleneck holds down: a link whose riders all come to its
  /// limit before that of any other link, so that none of them leaves it more room later. Flows that use links
  /// in like proportion always have one. Where links hold each other's flows up in a circle, the slowest flow
  /// gets its rate.
  private mutating func fill() {
    for flow in found { flows[Int(flow)].level = -1 }
    while let slowest = findLimits() {
      for link in full { links[Int(link)].isMarked = isBottleneck(link) }
      let hasBottleneck = full.contains { links[Int($0)].isMarked }
      for flow in found where isOpen(flow) {
        let (limit, link) = (flows[Int(flow)].limit, flows[Int(flow)].limiter)
        guard limit < 1,
          hasBottleneck ? links[Int(link)].isMarked : limit <= slowest * (1 + 1e-12)
        else { continue }
        flows[Int(flow)].level = max(1e-9, limit)
        flows[Int(flow)].holder = link
      }
      for link in full { links[Int(link)].isMarked = false }
    }
    for flow in found where isOpen(flow) { flows[Int(flow)].level = 1 }
  }

  /// Finds for each open flow the link that holds it down most, and the rate that it leaves.
  ///
  /// - Returns: The lowest of these rates; nil where no link holds an open flow down.
  private mutating func findLimits() -> Double? {
    for flow in found where isOpen(flow) { flows[Int(flow)].limit = 1 }
    var slowest = 1.0
    for link in full {
      let fair = fairShare(of: link)
      links[Int(link)].fair = fair
      for rider in links[Int(link)].riders where rider.each > fair && isOpen(rider.flow) {
        let limit = fair / rider.each
        guard limit < flows[Int(rider.flow)].limit else { continue }
        flows[Int(rider.flow)].limit = limit
        flows[Int(rider.flow)].limiter = link
        slowest = min(slowest, limit)
      }
    }
    return slowest < 1 ? slowest : nil
  }

  /// Whether a link holds open flows down, and no other link one of its riders further.
  private func isBottleneck(_ link: Int32) -> Bool {
    let fair = links[Int(link)].fair
    var holds = false
    for rider in links[Int(link)].riders where isOpen(rider.flow) {
      let limit = flows[Int(rider.flow)].limit
      guard limit < 1 else { continue }
      guard rider.each > fair, fair / rider.each <= limit * (1 + 1e-12) else { return false }
      holds = true
    }
    return holds
  }

  private func isOpen(_ flow: Int32) -> Bool { flows[Int(flow)].level < 0 }

  /// What of a link's capacity each rank of the open flows gets that asks for more: equal parts of what the
  /// settled ones and those that ask for less leave.
  private mutating func fairShare(of link: Int32) -> Double {
    var rest = links[Int(link)].capacity
    asking.removeAll(keepingCapacity: true)
    var ranks = 0.0
    for rider in links[Int(link)].riders {
      if isOpen(rider.flow) {
        asking.append((rider.each, Double(rider.ranks)))
        ranks += Double(rider.ranks)
      } else {
        rest -= rider.share * flows[Int(rider.flow)].level
      }
    }
    asking.sort { $0.each < $1.each }
    for rider in asking {
      let fair = max(0, rest) / ranks
      if rider.each > fair { return fair }
      rest -= rider.each * rider.ranks
      ranks -= rider.ranks
    }
    return .infinity
  }
}
