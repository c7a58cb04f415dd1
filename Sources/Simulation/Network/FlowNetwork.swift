/// Flows over links that they share, at rates that are max–min fair. It knows nothing of training.
///
/// A flow has a nominal duration, the time that it takes alone. After a lead, in which it uses no link, it
/// uses a share of the capacity of each link on its way while it runs at its nominal rate, 1, which none
/// exceeds. Where flows ask a link for more than it has, those that ask for less than an equal part get what
/// they ask for, and the others equal parts of the rest: no flow could have more of a link but at the cost
/// of one that has less (Bertsekas and Gallager 1992, section 6.5.2).
///
/// Only links that are asked for too much bind flows to each other. When a flow starts or ends, rates
/// are computed anew among the flows that such links connect with it; all others run on.
struct FlowNetwork {
  /// A link on a flow's way, and the share of its capacity, before any fault, that the flow uses.
  struct Use: Hashable {
    var link: Int32
    var share: Double
  }

  private struct Link {
    /// What is left of the capacity; 1 is sound.
    var capacity: Double
    /// What its flows would use at their nominal rates.
    var asked = 0.0
    var riders: [Rider] = []
    /// For the search through a component.
    var isMarked = false

    /// Rounding of sums must not take a link for too full.
    var isFull: Bool { asked > capacity * (1 + 1e-9) }
  }

  /// A flow on a link, and the share that it uses.
  private struct Rider {
    var flow: Int32
    var share: Double
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
    /// For the search through a component, and the levels found there.
    var isMarked = false
    var level = 0.0
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
      links[link].riders.append(Rider(flow: slot, share: use.share))
      if links[link].isFull { meetsFull = true }
    }
    addEnding(slot, at: now + SimDuration(nanoseconds: UInt64(flows[Int(slot)].left)))
    if meetsFull { share(from: [slot], at: now) }
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
    var others: [Int32] = []
    for use in flows[Int(flow)].uses {
      let link = Int(use.link)
      let wasFull = links[link].isFull
      links[link].riders.removeAll { $0.flow == flow }
      links[link].asked -= use.share
      if links[link].riders.isEmpty { links[link].asked = 0 }
      if wasFull { others += links[link].riders.map(\.flow) }
    }
    free.append(flow)
    if !others.isEmpty { share(from: others, at: now) }
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
  /// Computes the rates of some flows anew, and of all that full links connect with them.
  private mutating func share(from seeds: [Int32], at now: SimTime) {
    let (component, full) = component(of: seeds)
    fill(component, full)
    for flow in component {
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
  }

  private mutating func component(of seeds: [Int32]) -> (flows: [Int32], full: [Int32]) {
    var found: [Int32] = []
    var full: [Int32] = []
    for seed in seeds where !flows[Int(seed)].isMarked {
      flows[Int(seed)].isMarked = true
      found.append(seed)
    }
    var next = 0
    while next < found.count {
      for use in flows[Int(found[next])].uses {
        let link = Int(use.link)
        guard links[link].isFull, !links[link].isMarked else { continue }
        links[link].isMarked = true
        full.append(use.link)
        for other in links[link].riders.map(\.flow) where !flows[Int(other)].isMarked {
          flows[Int(other)].isMarked = true
          found.append(other)
        }
      }
      next += 1
    }
    for link in full { links[Int(link)].isMarked = false }
    return (found, full)
  }

  /// Finds the rate of each flow of a component, the slowest first.
  private mutating func fill(_ component: [Int32], _ full: [Int32]) {
    for flow in component { flows[Int(flow)].level = -1 }
    var open = component.count
    while open > 0 {
      let (rate, slowest) = slowest(on: full)
      for (flow, link) in slowest where flows[Int(flow)].level < 0 {
        flows[Int(flow)].level = max(1e-9, rate)
        flows[Int(flow)].holder = link
        open -= 1
      }
      guard slowest.isEmpty else { continue }
      for flow in component where flows[Int(flow)].level < 0 { flows[Int(flow)].level = 1 }
      return
    }
  }

  /// The open flows that links hold down most, and their rate; none, and 1, where no link holds any down.
  private func slowest(
    on full: [Int32]
  ) -> (rate: Double, flows: [(flow: Int32, link: Int32)]) {
    var slowest: (rate: Double, flows: [(flow: Int32, link: Int32)]) = (1, [])
    for link in full {
      let fair = fairShare(of: link)
      for rider in links[Int(link)].riders where flows[Int(rider.flow)].level < 0 {
        guard rider.share > fair else { continue }
        let rate = fair / rider.share
        if rate < slowest.rate * (1 - 1e-12) { slowest = (rate, []) }
        if rate <= slowest.rate * (1 + 1e-12) { slowest.flows.append((rider.flow, link)) }
      }
    }
    return slowest
  }

  /// What of a link's capacity the open flows get that ask for more: equal parts of what the settled ones
  /// and those that ask for less leave.
  private func fairShare(of link: Int32) -> Double {
    var rest = links[Int(link)].capacity
    var asked: [Double] = []
    for rider in links[Int(link)].riders {
      let level = flows[Int(rider.flow)].level
      if level < 0 { asked.append(rider.share) } else { rest -= rider.share * level }
    }
    asked.sort()
    for (index, share) in asked.enumerated() {
      let fair = max(0, rest) / Double(asked.count - index)
      if share > fair { return fair }
      rest -= share
    }
    return 1
  }
}
