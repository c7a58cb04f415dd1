import CostModel
import Hardware
import Units

/// The shares of links that a program's communications use, worked out once.
struct FlowTable {
  private let links: RankLinks?
  /// By segment, for rank class 0.
  private let segments: [[FlowNetwork.Use]]

  /// - Parameter fabric: Nil lets every flow have links of its own.
  init(_ program: StepProgram, _ code: PassCode, _ classes: RankClasses, fabric: Fabric?) {
    let links = fabric.map(RankLinks.init)
    self.links = links
    segments = code.segments.map { segment in
      links?.uses(segment.traffic, lasting: segment.held + segment.hidden, of: 0) ?? []
    }
  }

  func capacities(_ classes: RankClasses) -> [Double] {
    guard let links else { return [] }
    return classes.speeds.flatMap(links.capacities)
  }

  /// A collective's shares of the links of all its members.
  func uses(segment: Int, members: [Int]) -> [FlowNetwork.Use] {
    moved(segments[segment], to: members)
  }

  /// The same for what a stage does once a step.
  func uses(
    _ traffic: LinkTraffic, lasting time: SimDuration, members: [Int]
  ) -> [FlowNetwork.Use] {
    moved(links?.uses(traffic, lasting: time.amount, of: 0) ?? [], to: members)
  }

  func uses(
    sending traffic: LinkTraffic, lasting time: SimDuration, from sender: Int, to receiver: Int
  ) -> [FlowNetwork.Use] {
    links?.uses(sending: traffic, lasting: time.amount, from: sender, to: receiver) ?? []
  }

  private func moved(_ uses: [FlowNetwork.Use], to members: [Int]) -> [FlowNetwork.Use] {
    guard let links, !uses.isEmpty else { return [] }
    return members.flatMap { member in
      uses.map { FlowNetwork.Use(link: $0.link + Int32(member * links.count), share: $0.share) }
    }
  }
}
