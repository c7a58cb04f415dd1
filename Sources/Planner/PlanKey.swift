import Parallelism

/// A part of a plan as a row of numbers: plans that agree in it share the costs that depend on it.
///
/// One vector, so that two parts are compared at once.
struct PlanKey: Equatable {
  /// In this order: tensor, context, expert, expert tensor, micro-batch, pipeline, virtual stages, layers
  /// of the first and of the last stage, data, schedule, sharding, recomputation, overlaps, sequence
  /// parallelism, and prefetch.
  private var row: SIMD16<Int32>

  /// All of a plan.
  init(_ plan: ParallelPlan) {
    row = SIMD16<Int32>(
      Int32(truncatingIfNeeded: plan.tensor), Int32(truncatingIfNeeded: plan.context),
      Int32(truncatingIfNeeded: plan.expert), Int32(truncatingIfNeeded: plan.expertTensor),
      Int32(truncatingIfNeeded: plan.microBatch), Int32(truncatingIfNeeded: plan.pipeline),
      Int32(truncatingIfNeeded: plan.virtualStages),
      Int32(truncatingIfNeeded: plan.firstStageLayers),
      Int32(truncatingIfNeeded: plan.lastStageLayers), Int32(truncatingIfNeeded: plan.data),
      plan.schedule.number, plan.sharding.number, plan.recompute.number,
      Int32(plan.overlap.rawValue), plan.sequenceParallel ? 1 : 0,
      Int32(truncatingIfNeeded: plan.prefetch))
  }

  private init(row: SIMD16<Int32>) { self.row = row }

  private static let pipeline = 5
  private static let schedule = 10
  private static let sharding = 11
  private static let overlap = 13
  private static let prefetch = 15

  private func kept(_ mask: SIMD16<Int32>) -> Self { Self(row: row & mask) }

  static func == (a: Self, b: Self) -> Bool { a.row == b.row }

  /// Of nothing.
  static let none = Self(row: .zero)

  /// A number that unlike parts seldom have in common.
  var mixed: UInt32 {
    let sum = (SIMD16<UInt32>(truncatingIfNeeded: row) &* Self.factors).wrappedSum()
    return sum ^ sum >> 15
  }

  /// Odd and unlike, so that rows of small numbers have unlike sums.
  private static let factors = SIMD16<UInt32>(
    0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D, 0x27D4_EB2F, 0x1656_67B1, 0xD35A_2D97, 0xB492_B66F,
    0x9AE1_6A3B, 0xC949_D7C7, 0x6C62_272F, 0x811C_9DC5, 0x0100_0193, 0xA136_AAAD, 0x9F6D_62D7,
    0x4CF5_AD43, 0x2745_9371)
}

extension PlanKey {
  /// What the cost of a piece depends on, before recomputation.
  func pieces(_ plan: ParallelPlan) -> Self {
    var key = kept(SIMD16<Int32>(-1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0))
    key.row[Self.pipeline] = plan.endsShareRanks ? 1 : 0
    key.row[Self.schedule] = plan.schedule.pairsPasses ? 1 : 0
    key.row[Self.overlap] = Int32(plan.overlap.intersection(.ofLayers).rawValue)
    return key
  }

  /// The same with what the backward pass repeats.
  func repeatedPieces(_ plan: ParallelPlan) -> Self {
    Self(
      row: pieces(plan).row | row & SIMD16<Int32>(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 0))
  }

  /// What the layout of stages depends on.
  var layout: Self { kept(SIMD16<Int32>(0, 0, 0, 0, 0, -1, -1, -1, -1, 0, -1, 0, 0, 0, 0, 0)) }

  /// What the passes of a step depend on, but for the sends between them: all but what concerns the update
  /// alone. ZeRO-2 and 3 add traffic to every pass.
  func passes(_ plan: ParallelPlan) -> Self {
    var key = self
    var overlap = Overlaps.ofLayers
    if plan.sharding == .gradients || plan.sharding == .weights {
      overlap.insert(.sharded)
    } else {
      key.row[Self.sharding] = 0
      key.row[Self.prefetch] = 0
    }
    key.row[Self.overlap] = Int32(plan.overlap.intersection(overlap).rawValue)
    return key
  }

  /// What a send from stage to stage depends on.
  func send(_ plan: ParallelPlan) -> Self {
    var key = kept(SIMD16<Int32>(-1, -1, 0, 0, -1, -1, 0, 0, 0, -1, -1, 0, 0, 0, -1, 0))
    key.row[Self.overlap] = plan.hidesSends && plan.overlap.contains(.pipeline) ? 1 : 0
    return key
  }

  /// What pieces depend on together with what ZeRO-2 and 3 add to them.
  func shardedPieces(_ plan: ParallelPlan) -> Self {
    var key = repeatedPieces(plan)
    guard plan.sharding == .gradients || plan.sharding == .weights else { return key }
    let own = row & SIMD16<Int32>(0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, -1, 0, 0, 0, -1)
    key.row = key.row | own
    if plan.schedule.cutsBackward { key.row[Self.schedule] |= 2 }
    key.row[Self.overlap] |= Int32(plan.overlap.intersection(.sharded).rawValue)
    return key
  }

  /// What the update of the weights, once a step, depends on before anything hides.
  var update: Self {
    kept(SIMD16<Int32>(-1, -1, -1, -1, 0, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0))
  }

  /// What a plan's legality depends on.
  var legality: Self {
    kept(SIMD16<Int32>(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 0, -1, 0))
  }
}

extension ScheduleKind {
  fileprivate var number: Int32 {
    switch self {
    case .gpipe: 0
    case .oneForwardOneBackward: 1
    case .zeroBubble: 2
    case .dualPipe: 3
    }
  }
}

extension OptimizerSharding {
  fileprivate var number: Int32 {
    switch self {
    case .none: 0
    case .optimizer: 1
    case .gradients: 2
    case .weights: 3
    }
  }
}

extension Recompute {
  fileprivate var number: Int32 {
    switch self {
    case .none: -1
    case .full: -2
    case .selective(let parts): Int32(parts.rawValue)
    // A share above zero has a bit pattern far above any set of parts.
    case .share(let share): Int32(bitPattern: Float(share).bitPattern)
    }
  }
}
