import CostModel
import Hardware
import Units

/// The flows of a program's communications, worked out once.
struct FlowTable {
  private let links: RankLinks?
  private let classes: RankClasses
  /// By segment.
  private let segments: [Way]
  /// What groups use for segments, by both, and ranks for sends, by sender and receiver.
  private var ofGroups: [SIMD2<Int32>: [FlowNetwork.Use]] = [:]
  private var ofSends: [SIMD2<Int32>: [FlowNetwork.Use]] = [:]

  /// More than this many are not kept: where loads are drawn, hardly two are the same.
  private static let most = 50_000

  /// - Parameter fabric: Nil lets every flow have links of its own.
  init(_ program: StepProgram, _ code: PassCode, _ classes: RankClasses, fabric: Fabric?) {
    let links = fabric.map(RankLinks.init)
    self.links = links
    self.classes = classes
    segments = code.segments.map { segment in
      Way(segment.traffic, lasting: segment.held + segment.hidden, on: links)
    }
  }

  /// By link, what is left of it: those of each rank class, then those that ranks share, out and in.
  func capacities() -> [Double] {
    guard let links else { return [] }
    return classes.speeds.flatMap(links.capacities)
      + classes.sharedLinks.flatMap { [$0.speed, $0.speed] }
  }

  /// A collective on the links of all its members.
  ///
  /// - Parameter time: How long it takes by formula, or some part of it does.
  mutating func flow(
    segment: Int, group: Int, members: [Int], lasting time: SimDuration
  ) -> NetworkFlow {
    let key = SIMD2(Int32(segment), Int32(group))
    if let uses = ofGroups[key] { return NetworkFlow(uses, lasting: time, segments[segment]) }
    let uses = uses(segments[segment], of: members)
    if ofGroups.count < Self.most { ofGroups[key] = uses }
    return NetworkFlow(uses, lasting: time, segments[segment])
  }

  /// The same for what a stage does once a step.
  ///
  /// - Parameter whole: How long all of it takes, of which `time` is a part.
  func flow(
    _ traffic: LinkTraffic, whole: SimDuration, members: [Int], lasting time: SimDuration
  ) -> NetworkFlow {
    let way = Way(traffic, lasting: whole.amount, on: links)
    return NetworkFlow(uses(way, of: members), lasting: time, way)
  }

  mutating func flow(
    sending traffic: LinkTraffic, whole: SimDuration, from sender: Int, to receiver: Int,
    lasting time: SimDuration
  ) -> NetworkFlow {
    let way = Way(traffic, lasting: whole.amount, on: links)
    let key = SIMD2(Int32(sender), Int32(receiver))
    if let uses = ofSends[key] { return NetworkFlow(uses, lasting: time, way) }
    var uses = links?.uses(sending: traffic, from: sender, to: receiver) ?? []
    if way.outside > 0 {
      uses +=
        shared(way.outside, of: sender).map(\.out) + shared(way.outside, of: receiver).map(\.in)
    }
    ofSends[key] = uses
    return NetworkFlow(uses, lasting: time, way)
  }

  /// The rank class whose link it is; nil for one that several share.
  func owner(ofLink link: Int) -> Int? {
    links.map { link / $0.count }.flatMap { $0 < classes.count ? $0 : nil }
  }

  private func uses(_ way: Way, of members: [Int]) -> [FlowNetwork.Use] {
    guard let links, !way.uses.isEmpty else { return [] }
    var uses = members.flatMap { member in
      way.uses.map { FlowNetwork.Use(link: $0.link + Int32(member * links.count), share: $0.share) }
    }
    guard way.outside > 0 else { return uses }
    var places: [Int32: Int] = [:]
    for use in members.flatMap({ shared(way.outside, of: $0) }).flatMap({ [$0.out, $0.in] }) {
      if let place = places[use.link] {
        uses[place].ranks += use.ranks
        uses[place].share += use.share
      } else {
        places[use.link] = uses.count
        uses.append(use)
      }
    }
    return uses
  }

  /// What all ranks of a class use of a link that they share, out and in.
  ///
  /// - Parameter outside: The part of its time for which a rank that is alone uses its interface.
  private func shared(
    _ outside: Double, of rank: Int
  ) -> [(out: FlowNetwork.Use, in: FlowNetwork.Use)] {
    guard let links else { return [] }
    return classes.shared[rank].map { use in
      let first = classes.count * links.count + 2 * use.link
      let share = outside * Double(use.ranks) / classes.sharedLinks[use.link].width
      let out = FlowNetwork.Use(link: Int32(first), ranks: Int32(use.ranks), share: share)
      var arriving = out
      arriving.link += 1
      return (out, arriving)
    }
  }
}

/// How a communication uses links.
private struct Way {
  /// Those of rank class 0.
  var uses: [FlowNetwork.Use] = []
  /// The part of its time, when it is alone, for which it uses the interface.
  var outside = 0.0
  /// How long it takes when it is alone, as a part of what the formula says, which takes all ranks to
  /// communicate at once.
  var alone = 1.0
  /// The part of that which no link changes: until its first byte.
  var lead = 0.0

  /// - Parameters:
  ///   - time: How long it takes by formula.
  ///   - links: Nil where it has links of its own.
  init(_ traffic: LinkTraffic, lasting time: Seconds, on links: RankLinks?) {
    guard let links, time > .zero, traffic.pace.whole > .zero else { return }
    uses = links.uses(traffic, of: 0)
    outside = links.outside(traffic)
    let carrying = min(traffic.pace.whole, time)
    let least = carrying * (traffic.pace.alone / traffic.pace.whole)
    alone = (time - carrying + least) / time
    lead = (time - carrying) / (time - carrying + least)
  }
}

/// A communication as a flow, or a part of one.
struct NetworkFlow {
  var uses: [FlowNetwork.Use]
  var time: SimDuration
  /// Until its first byte.
  var lead: SimDuration

  /// - Parameter time: How long it takes by formula.
  fileprivate init(_ uses: [FlowNetwork.Use], lasting time: SimDuration, _ way: Way) {
    self.uses = uses
    self.time = way.alone == 1 ? time : SimDuration(seconds: time.seconds * way.alone)
    lead =
      uses.isEmpty ? .zero : min(self.time, SimDuration(seconds: self.time.seconds * way.lead))
  }
}
