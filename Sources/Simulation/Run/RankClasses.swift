import CostModel
import Hardware
import Parallelism

/// Which ranks a simulation tells apart, and which of them communicate.
///
/// A lane holds ranks of one place in every stage: it is a pipeline of its own up to the sum of
/// gradients. Ranks are told apart one by one, a lane each; or a lane stands for all ranks that behave
/// alike, in every collective of a layer as one. These are the ranks that tensor, context and expert
/// groups tie together: within them nobody runs ahead, so a lane waits for the slowest. A lane with a
/// slow interface is simulated by itself, one lane stands for all sound ones.
struct RankClasses {
  let stages: Int
  let lanes: Int
  /// Ranks of an expert group that are told apart.
  let expertRanks: Int
  /// By lane, its place in its expert group; 0 where these are not told apart.
  let expertRank: [Int]
  /// By rank class, what is left of its interface's rate.
  let interfaces: [Double]
  /// By stream of communication, groups of lanes, alike on every stage.
  private let groups: [ScriptStep.Stream: [[Int]]]

  /// Rank classes, by lane and stage.
  var count: Int { lanes * stages }

  func index(lane: Int, stage: Int) -> Int { lane * stages + stage }

  func groups(_ stream: ScriptStep.Stream) -> [[Int]] { groups[stream] ?? [] }

  /// One class for each stage.
  init(stages: Int) {
    self.init(stages: stages, laneOfRanks: 1, interfaces: Array(repeating: [1], count: stages))
  }

  /// Lanes of alike ranks, told apart by the interfaces of their stages.
  private init(stages: Int, laneOfRanks lanes: Int, interfaces: [[Double]]) {
    self.stages = stages
    self.lanes = lanes
    expertRanks = 1
    expertRank = Array(repeating: 0, count: lanes)
    self.interfaces = (0..<lanes).flatMap { lane in (0..<stages).map { interfaces[$0][lane] } }
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
    let rails = Self.speedOfRails(condition, fabric: fabric)
    var slow: [Int: Double] = [:]
    for interface in condition.slowInterfaces where interface.rank < plan.ranks {
      slow[interface.rank] = min(slow[interface.rank] ?? 1, interface.speed)
    }
    guard isLumped else {
      self.init(plan, stageRanks: stageRanks, slow: slow, rails: rails)
      return
    }
    let block = min(
      stageRanks, leastCommonMultiple(plan.tensor * plan.context, plan.expert * plan.expertTensor))
    // The sound lane first, if there is one, then each that has a slow interface.
    let slowLanes = Set(slow.keys.map { $0 % stageRanks / block }).sorted()
    let hasSound = slowLanes.count < stageRanks / block
    let lanes = (hasSound ? [nil] : []) + slowLanes.map(Optional.some)
    let interfaces = (0..<plan.pipeline).map { stage in
      lanes.map { lane -> Double in
        guard let lane else { return rails }
        let first = stage * stageRanks + lane * block
        return rails * (first..<first + block).reduce(1) { min($0, slow[$1] ?? 1) }
      }
    }
    self.init(stages: plan.pipeline, laneOfRanks: lanes.count, interfaces: interfaces)
  }

  /// Every rank by itself.
  private init(_ plan: ParallelPlan, stageRanks: Int, slow: [Int: Double], rails: Double) {
    stages = plan.pipeline
    lanes = stageRanks
    expertRanks = plan.expert
    expertRank = (0..<stageRanks).map { $0 / plan.expertTensor % plan.expert }
    interfaces = (0..<stageRanks).flatMap { lane in
      (0..<plan.pipeline).map { rails * (slow[$0 * stageRanks + lane] ?? 1) }
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
