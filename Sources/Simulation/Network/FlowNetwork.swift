/// Flows over links that they share, at rates that are max–min fair. It knows nothing of training.
///
/// A flow has a nominal duration, the time that it takes alone, and uses a share of the capacity of
/// each link on its way while it runs at its nominal rate, 1. Where flows ask a link for more than it
/// has, all their rates rise together until one link is full, the flows on it stay there, and the
/// others rise on: no flow could be quicker but at the cost of a slower one (Bertsekas and Gallager
/// 1992, section 6.5.2). No rate is above 1.
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
    var flows: [Int32] = []

    /// Rounding of sums must not take a link for too full.
    var isFull: Bool { asked > capacity * (1 + 1e-9) }
  }

  private struct Flow {
    var uses: [Use] = []
    var rate = 1.0
    /// Nanoseconds at nominal rate that are left at `since`.
    var left = 0.0
    var since = SimTime.zero
    /// Told apart from earlier flows in the same slot, and from earlier ends of this one.
    var version: Int32 = 0
    /// For the search through a component, and the levels found there.
    var isMarked = false
    var level = 0.0
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

  /// Starts a flow; its end is among the new `endings`.
  ///
  /// - Returns: The flow, for `isEnd`.
  mutating func start(_ uses: [Use], lasting duration: SimDuration, at now: SimTime) -> Int32 {
    let slot = takeSlot()
    flows[Int(slot)].uses = uses
    flows[Int(slot)].rate = 1
    flows[Int(slot)].left = Double(duration.nanoseconds)
    flows[Int(slot)].since = now
    var meetsFull = false
    for use in uses {
      let link = Int(use.link)
      links[link].asked += use.share
      links[link].flows.append(slot)
      if links[link].isFull { meetsFull = true }
    }
    addEnding(slot, at: now + duration)
    if meetsFull { share(from: [slot], at: now) }
    return slot
  }

  /// Whether an ending still holds. If so, the flow is over and its links are free of it.
  mutating func end(_ flow: Int32, version: Int32, at now: SimTime) -> Bool {
    guard flows[Int(flow)].version == version else { return false }
    flows[Int(flow)].version &+= 1
    var others: [Int32] = []
    for use in flows[Int(flow)].uses {
      let link = Int(use.link)
      let wasFull = links[link].isFull
      links[link].flows.removeAll { $0 == flow }
      links[link].asked -= use.share
      if links[link].flows.isEmpty { links[link].asked = 0 }
      if wasFull { others += links[link].flows }
    }
    free.append(flow)
    if !others.isEmpty { share(from: others, at: now) }
    return true
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
        guard links[Int(use.link)].isFull, !full.contains(use.link) else { continue }
        full.append(use.link)
        for other in links[Int(use.link)].flows where !flows[Int(other)].isMarked {
          flows[Int(other)].isMarked = true
          found.append(other)
        }
      }
      next += 1
    }
    return (found, full)
  }

  /// Progressive filling: finds the level of each flow of a component.
  private mutating func fill(_ component: [Int32], _ full: [Int32]) {
    for flow in component { flows[Int(flow)].level = -1 }
    var open = component.count
    while open > 0 {
      var lowest = 1.0
      var tightest: Int32?
      for link in full {
        guard let level = level(of: link), level < lowest else { continue }
        lowest = level
        tightest = link
      }
      let settled = tightest.map { links[Int($0)].flows } ?? component
      for flow in settled where flows[Int(flow)].level < 0 {
        flows[Int(flow)].level = lowest
        open -= 1
      }
    }
  }

  /// The rate to which the flows of a link that are still open can rise; nil where none is.
  private func level(of link: Int32) -> Double? {
    var taken = 0.0
    var asked = 0.0
    for flow in links[Int(link)].flows {
      let flow = flows[Int(flow)]
      let share = flow.uses.reduce(0) { $0 + ($1.link == link ? $1.share : 0) }
      if flow.level < 0 { asked += share } else { taken += share * flow.level }
    }
    return asked > 0 ? max(1e-9, (links[Int(link)].capacity - taken) / asked) : nil
  }
}
