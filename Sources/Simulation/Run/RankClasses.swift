import CostModel
import Hardware
import Parallelism

/// Which ranks a simulation tells apart, and which of them communicate.
///
/// A lane holds ranks of one place in every stage: it is a pipeline of its own up to the sum of
/// gradients. Ranks are told apart one by one, a lane each; or a lane stands for all ranks that behave
/// alike, in every collective of a layer as one. These are the ranks that tensor, context and expert
/// groups tie together: within them nobody runs ahead, so a lane waits for the slowest. A lane with a
/// slow link is simulated by itself, one lane stands for all sound ones.
struct RankClasses {
  let stages: Int
  let lanes: Int
  /// Ranks of an expert group that are told apart.
  let expertRanks: Int
  /// By lane, its place in its expert group; 0 where these are not told apart.
  let expertRank: [Int]
  /// By rank class, what is left of the rates of its links.
  let speeds: [LinkSpeeds]
  /// By stream of communication, groups of lanes, alike on every stage.
  private let groups: [ScriptStep.Stream: [[Int]]]

  /// Rank classes, by lane and stage.
  var count: Int { lanes * stages }

  func index(lane: Int, stage: Int) -> Int { lane * stages + stage }

  func groups(_ stream: ScriptStep.Stream) -> [[Int]] { groups[stream] ?? [] }

  /// One class for each stage.
  init(stages: Int) {
    self.init(
      stages: stages, laneOfRanks: 1, speeds: Array(repeating: [LinkSpeeds()], count: stages))
  }

  /// Lanes of alike ranks, told apart by the links of their stages.
  private init(stages: Int, laneOfRanks lanes: Int, speeds: [[LinkSpeeds]]) {
    self.stages = stages
    self.lanes = lanes
    expertRanks = 1
    expertRank = Array(repeating: 0, count: lanes)
    self.speeds = (0..<lanes).flatMap { lane in (0..<stages).map { speeds[$0][lane] } }
    let each = (0..<lanes).map { [$0] }
    groups = [
      .tensor: each, .context: each, .expert: each, .expertTensor: each,
      .data: [Array(0..<lanes)],
    ]
  }

  /// The classes of a plan's ranks on a fabric.
  ///
  /// - Parameter isLumped: Whether alike ranks are simulated once.
  init(_ plan: ParallelPlan, condition: FabricCondition, fabric: Fabric, isLumped: Bool) {
    let stageRanks = plan.ranks / plan.pipeline
    let rails = LinkSpeeds(interface: Self.speedOfRails(condition, fabric: fabric))
    let slow = Self.slowRanks(condition, of: plan.ranks, beside: rails)
    guard isLumped else {
      self.init(plan, stageRanks: stageRanks, slow: slow, rails: rails)
      return
    }
    let block = min(
      stageRanks, leastCommonMultiple(plan.tensor * plan.context, plan.expert * plan.expertTensor))
    // The sound lane first, if there is one, then each that has a slow link.
    let slowLanes = Set(slow.keys.map { $0 % stageRanks / block }).sorted()
    let hasSound = slowLanes.count < stageRanks / block
    let lanes = (hasSound ? [nil] : []) + slowLanes.map(Optional.some)
    let speeds = (0..<plan.pipeline).map { stage in
      lanes.map { lane -> LinkSpeeds in
        guard let lane else { return rails }
        let first = stage * stageRanks + lane * block
        return (first..<first + block).reduce(rails) { $0.slowest(slow[$1] ?? rails) }
      }
    }
    self.init(stages: plan.pipeline, laneOfRanks: lanes.count, speeds: speeds)
  }

  /// Every rank by itself.
  private init(
    _ plan: ParallelPlan, stageRanks: Int, slow: [Int: LinkSpeeds], rails: LinkSpeeds
  ) {
    stages = plan.pipeline
    lanes = stageRanks
    expertRanks = plan.expert
    expertRank = (0..<stageRanks).map { $0 / plan.expertTensor % plan.expert }
    speeds = (0..<stageRanks).flatMap { lane in
      (0..<plan.pipeline).map { slow[$0 * stageRanks + lane] ?? rails }
    }
    groups = [
      .tensor: Self.groups(plan.tensorGroup, of: stageRanks),
      .context: Self.groups(plan.contextGroup, of: stageRanks),
      .expert: Self.groups(plan.expertGroup, of: stageRanks),
      .expertTensor: Self.groups(plan.expertTensorGroup, of: stageRanks),
      .data: [Array(0..<stageRanks)],
    ]
  }

  private static func groups(_ group: RankGroup, of ranks: Int) -> [[Int]] {
    let span = group.size * group.stride
    return stride(from: 0, to: ranks, by: span).flatMap { base in
      (0..<group.stride).map { offset in
        (0..<group.size).map { base + offset + $0 * group.stride }
      }
    }
  }

  /// The ranks with slow links of their own, and what is left of them and of the rails.
  private static func slowRanks(
    _ condition: FabricCondition, of ranks: Int, beside rails: LinkSpeeds
  ) -> [Int: LinkSpeeds] {
    var slow: [Int: LinkSpeeds] = [:]
    func add(_ rank: Int, _ speeds: LinkSpeeds) {
      guard rank < ranks else { return }
      slow[rank] = (slow[rank] ?? rails).slowest(speeds)
    }
    for link in condition.slowInterfaces {
      add(link.rank, LinkSpeeds(interface: rails.interface * link.speed))
    }
    for link in condition.slowScaleUp { add(link.rank, LinkSpeeds(scaleUp: link.speed)) }
    return slow
  }

  /// A rank of a rail network has one rail; where some are down all ranks of a domain share the rest.
  private static func speedOfRails(_ condition: FabricCondition, fabric: Fabric) -> Double {
    let rails = fabric.scaleUp.domainSize
    guard condition.missingRails > 0, condition.missingRails < rails else { return 1 }
    return Double(rails - condition.missingRails) / Double(rails)
  }
}

private func leastCommonMultiple(_ a: Int, _ b: Int) -> Int {
  var (x, y) = (a, b)
  while y != 0 { (x, y) = (y, x % y) }
  return a / x * b
}
