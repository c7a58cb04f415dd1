import CostModel
import Hardware
import Units

/// The flows of a program's communications, worked out once.
struct FlowTable {
  private let links: RankLinks?
  /// By segment, for rank class 0, and the part of its time that no link changes.
  private let segments: [(uses: [FlowNetwork.Use], lead: Double)]

  /// - Parameter fabric: Nil lets every flow have links of its own.
  init(_ program: StepProgram, _ code: PassCode, _ classes: RankClasses, fabric: Fabric?) {
    let links = fabric.map(RankLinks.init)
    self.links = links
    segments = code.segments.map { segment in
      let uses = links?.uses(segment.traffic, of: 0) ?? []
      return (uses, Self.lead(segment.traffic, lasting: segment.held + segment.hidden))
    }
  }

  /// The part of a communication's time that no link changes.
  private static func lead(_ traffic: LinkTraffic, lasting time: Seconds) -> Double {
    time > .zero ? max(0, 1 - traffic.pace.whole / time) : 0
  }

  func capacities(_ classes: RankClasses) -> [Double] {
    guard let links else { return [] }
    return classes.speeds.flatMap(links.capacities)
  }

  /// A collective on the links of all its members.
  ///
  /// - Parameter time: How long it takes alone, or some part of it does.
  func flow(segment: Int, members: [Int], lasting time: SimDuration) -> NetworkFlow {
    let (uses, lead) = segments[segment]
    return NetworkFlow(moved(uses, to: members), lasting: time, lead: lead)
  }

  /// The same for what a stage does once a step.
  ///
  /// - Parameter whole: How long all of it takes, of which `time` is a part.
  func flow(
    _ traffic: LinkTraffic, whole: SimDuration, members: [Int], lasting time: SimDuration
  ) -> NetworkFlow {
    NetworkFlow(
      moved(links?.uses(traffic, of: 0) ?? [], to: members), lasting: time,
      lead: Self.lead(traffic, lasting: whole.amount))
  }

  func flow(
    sending traffic: LinkTraffic, whole: SimDuration, from sender: Int, to receiver: Int,
    lasting time: SimDuration
  ) -> NetworkFlow {
    NetworkFlow(
      links?.uses(sending: traffic, from: sender, to: receiver) ?? [], lasting: time,
      lead: Self.lead(traffic, lasting: whole.amount))
  }

  /// The rank class whose link it is.
  func owner(ofLink link: Int) -> Int? { links.map { link / $0.count } }

  private func moved(_ uses: [FlowNetwork.Use], to members: [Int]) -> [FlowNetwork.Use] {
    guard let links, !uses.isEmpty else { return [] }
    return members.flatMap { member in
      uses.map { FlowNetwork.Use(link: $0.link + Int32(member * links.count), share: $0.share) }
    }
  }
}

/// A communication as a flow, or a part of one.
struct NetworkFlow {
  var uses: [FlowNetwork.Use]
  var time: SimDuration
  /// Until its first byte.
  var lead: SimDuration

  /// - Parameter lead: The part of its time.
  init(_ uses: [FlowNetwork.Use], lasting time: SimDuration, lead: Double) {
    self.uses = uses
    self.time = time
    self.lead = uses.isEmpty ? .zero : min(time, SimDuration(seconds: time.seconds * lead))
  }
}
