import CostModel
import Hardware
import Parallelism

/// Which ranks a simulation tells apart, and which of them communicate.
///
/// A lane holds ranks of one place in every stage: it is a pipeline of its own up to the sum of gradients.
/// The ranks that tensor, context and expert groups tie together are a block; blocks meet in collectives
/// over all data-parallel ranks, and on links that they share, only. So blocks whose ranks in the same places
/// have the same slow links, and are alike to the links that they share (`LinkClasses`), are alike, and one
/// stands for all of them. Within a block one lane stands for all ranks where each waits for the slowest at
/// once:
///
/// - where loads are even, and no link of its own is slow, and its ranks are alike to shared links, and
/// - where loads are drawn, no link is slow and none is shared, if every rank comes from its experts to an
///   exchange of its only group.
///
/// Everywhere else each rank is a lane of its own.
struct RankClasses {
  let stages: Int
  let lanes: Int
  /// Ranks of an expert group that are told apart.
  let expertRanks: Int
  /// By lane, its place in its expert group; 0 where these are not told apart.
  let expertRank: [Int]
  /// By lane, the rank of the first stage that lies in it; of ranks that one stands for, the first.
  let firstRanks: [Int]
  /// By lane, whether any of its ranks has a slow link that not all have.
  let areSlow: [Bool]
  /// By rank class, what is left of the rates of its links.
  let speeds: [LinkSpeeds]
  /// By rank class, the links that it shares with others.
  let shared: [[LinkClasses.Use]]
  let sharedLinks: [LinkClasses.Link]
  /// By stream of communication, groups of lanes, alike on every stage.
  private let groups: [ScriptStep.Stream: [[Int]]]

  /// Rank classes, by lane and stage.
  var count: Int { lanes * stages }

  func index(lane: Int, stage: Int) -> Int { lane * stages + stage }

  func groups(_ stream: ScriptStep.Stream) -> [[Int]] { groups[stream] ?? [] }

  /// One class for each stage.
  init(stages: Int) {
    self.init(
      ParallelPlan(pipeline: stages), [Block(first: 0, lanes: 1)], tellsExpertsApart: false,
      common: LinkSpeeds(), speeds: Array(repeating: LinkSpeeds(), count: stages),
      shared: Array(repeating: [], count: stages), links: [])
  }

  /// The classes of a plan's ranks on a fabric.
  ///
  /// - Parameters:
  ///   - fabric: Nil lets every communication have links of its own.
  ///   - drawsLoads: Whether the ranks of an expert group have loads of their own.
  ///   - isLumped: Whether alike ranks are simulated once.
  init(
    _ plan: ParallelPlan, condition: FabricCondition, fabric: Fabric?, drawsLoads: Bool,
    isLumped: Bool
  ) {
    let layout = LinkClasses.Layout(
      stages: plan.pipeline, stageRanks: plan.ranks / plan.pipeline,
      size: leastCommonMultiple(plan.tensor * plan.context, plan.expert * plan.expertTensor))
    var rails = LinkSpeeds()
    var slow: [Int: LinkSpeeds] = [:]
    var levels: [SharedLevel] = []
    if let fabric {
      rails.interface = Self.speedOfRails(condition, fabric: fabric)
      slow = Self.slowRanks(condition, of: plan.ranks, beside: rails)
      levels = SharedLevel.levels(
        of: fabric, condition, ranks: plan.ranks, rails: rails.interface)
    }
    let isUneven =
      drawsLoads
      && (plan.tensor * plan.context * plan.expertTensor > 1 || plan.schedule.cutsBackward
        || !slow.isEmpty
        || !levels.isEmpty)
    var tellsApart = isUneven || !isLumped
    let own = Self.kinds(slow, layout)
    let kinds = isLumped ? own : Array(0..<layout.blocks)
    func classes() -> LinkClasses {
      LinkClasses(layout, kinds: kinds, apart: own.map { tellsApart || $0 > 0 }, levels: levels)
    }
    var links = classes()
    if !links.isSound {
      tellsApart = true
      links = classes()
    }
    var met: Set<Int> = []
    let first = (0..<layout.blocks).filter { met.insert(links.kinds[$0]).inserted }
    // Blocks without slow links of their own come first.
    let order = first.filter { own[$0] == 0 } + first.filter { own[$0] > 0 }
    let blocks = order.map {
      Block(first: $0 * layout.size, lanes: tellsApart || own[$0] > 0 ? layout.size : 1)
    }
    let ranks = blocks.flatMap(\.places).flatMap { place in
      (0..<layout.stages).map { $0 * layout.stageRanks + place }
    }
    self.init(
      plan, blocks, tellsExpertsApart: drawsLoads && tellsApart, common: rails,
      speeds: ranks.map { slow[$0] ?? rails }, shared: ranks.map(links.uses),
      links: links.links)
  }

  /// Ranks that are tied together: from which place of a stage on, and in how many lanes.
  private struct Block {
    var first: Int
    var lanes: Int

    var places: Range<Int> { first..<first + lanes }
  }

  private init(
    _ plan: ParallelPlan, _ blocks: [Block], tellsExpertsApart: Bool, common: LinkSpeeds,
    speeds: [LinkSpeeds], shared: [[LinkClasses.Use]], links: [LinkClasses.Link]
  ) {
    stages = plan.pipeline
    let lanes = blocks.reduce(0) { $0 + $1.lanes }
    self.lanes = lanes
    self.speeds = speeds
    self.shared = shared
    sharedLinks = links
    firstRanks = blocks.flatMap(\.places)
    let stages = stages
    areSlow = (0..<lanes).map { lane in
      (lane * stages..<(lane + 1) * stages).contains { rank in
        speeds[rank] != common || shared[rank].contains { links[$0.link].speed < 1 }
      }
    }
    expertRanks = tellsExpertsApart ? plan.expert : 1
    expertRank =
      tellsExpertsApart
      ? blocks.flatMap(\.places).map { $0 / plan.expertTensor % plan.expert }
      : Array(repeating: 0, count: lanes)
    func groups(_ group: RankGroup) -> [[Int]] {
      var first = 0
      return blocks.flatMap { block in
        defer { first += block.lanes }
        guard block.lanes > 1 else { return [[first]] }
        return Self.groups(group, of: block.lanes).map { $0.map { first + $0 } }
      }
    }
    self.groups = [
      .tensor: groups(plan.tensorGroup), .context: groups(plan.contextGroup),
      .expert: groups(plan.expertGroup), .expertTensor: groups(plan.expertTensorGroup),
      .data: [Array(0..<lanes)],
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

  /// By block, a number for the slow links of its ranks, each by stage and place; 0 where it has none.
  private static func kinds(
    _ slow: [Int: LinkSpeeds], _ layout: LinkClasses.Layout
  ) -> [Int] {
    var patterns: [Int: [SIMD2<Int>: LinkSpeeds]] = [:]
    for (rank, speeds) in slow {
      let (stage, place) = (rank / layout.stageRanks, rank % layout.stageRanks)
      patterns[place / layout.size, default: [:]][SIMD2(stage, place % layout.size)] = speeds
    }
    var met: [[SIMD2<Int>: LinkSpeeds]: Int] = [:]
    return (0..<layout.blocks).map { block in
      guard let pattern = patterns[block] else { return 0 }
      if met[pattern] == nil { met[pattern] = met.count + 1 }
      return met[pattern] ?? 0
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
