/// How one training job is split over ranks. Meanings are those of Megatron-Core.
///
/// The ranks of the attention side number `tensor · context · pipeline · data`. The experts fold
/// the same ranks anew: a stage's `tensor · context · data` ranks hold
/// `expertTensor · expert · expertData`.
public struct ParallelPlan: Hashable, Sendable {
  public var tensor: Int
  public var context: Int
  public var pipeline: Int
  /// Model chunks on each stage; 1 is not interleaved.
  public var virtualStages: Int
  /// Layers on the first and on the last stage, where they are not dealt like the others; 0 is dealt.
  public var firstStageLayers = 0
  public var lastStageLayers = 0
  public var data: Int
  public var expert: Int
  public var expertTensor: Int
  /// Sequences that one pipeline pass takes on one data-parallel rank.
  public var microBatch: Int
  public var sequenceParallel: Bool
  public var schedule: ScheduleKind
  public var sharding: OptimizerSharding
  public var recompute: Recompute
  /// Layers whose weights ZeRO-3 gathers ahead of the one that runs.
  public var prefetch = 1
  /// The communication that is set to hide behind work, as far as the software stack can.
  public var overlap = Overlaps.all

  public init(
    tensor: Int = 1, context: Int = 1, pipeline: Int = 1, virtualStages: Int = 1, data: Int = 1,
    expert: Int = 1, expertTensor: Int = 1, microBatch: Int = 1, sequenceParallel: Bool = true,
    schedule: ScheduleKind = .oneForwardOneBackward,
    sharding: OptimizerSharding = .optimizer, recompute: Recompute = .none
  ) {
    self.tensor = tensor
    self.context = context
    self.pipeline = pipeline
    self.virtualStages = virtualStages
    self.data = data
    self.expert = expert
    self.expertTensor = expertTensor
    self.microBatch = microBatch
    self.sequenceParallel = sequenceParallel
    self.schedule = schedule
    self.sharding = sharding
    self.recompute = recompute
  }

  public var ranks: Int { tensor * context * pipeline * data }

  /// Ranks that hold the same expert weights.
  public var expertData: Int { tensor * context * data / (expertTensor * expert) }

  /// Whether an end of the pipeline holds a number of layers of its own.
  public var hasOwnEnds: Bool { firstStageLayers > 0 || lastStageLayers > 0 }

  /// Stages that hold the same weights: DualPipe keeps every chunk at both ends of the pipeline.
  public var weightCopies: Int { schedule == .dualPipe ? 2 : 1 }

  /// Whether the first and the last layers lie on the same ranks, which then hold one embedding for both.
  public var endsShareRanks: Bool { pipeline == 1 || weightCopies > 1 }

  /// Micro-batches that each pipeline runs in one step.
  public func microBatches(globalBatch: Int) -> Int { globalBatch / (data * microBatch) }
}

/// The order in which a stage runs its forward and backward passes.
public enum ScheduleKind: String, CaseIterable, Sendable {
  /// All forward passes, then all backward passes.
  case gpipe
  /// One forward, one backward; interleaved where `virtualStages` is above 1.
  case oneForwardOneBackward = "1f1b"
  /// 1F1B with the backward pass cut in two: gradients of weights fill what would be bubble.
  case zeroBubble = "zb-h1"
  /// Micro-batches from both ends at once; the forward pass of one runs together with the backward
  /// pass of another, and each hides the other's communication.
  case dualPipe = "dualpipe"

  /// Whether passes of two micro-batches run together, so that each hides the other's expert exchange.
  public var pairsPasses: Bool { self == .dualPipe }

  /// Whether a stage runs its last pass after the stages behind it: it waits for what they make.
  public var drainsInTurn: Bool { !cutsBackward }

  /// Whether gradients of weights have passes of their own.
  public var cutsBackward: Bool { self == .zeroBubble || self == .dualPipe }
}

extension ParallelPlan {
  /// What a software stack calls the interleaved form of 1F1B.
  public static let interleavedName = "1f1b-interleaved"

  /// The schedule as a software stack's list of schedules names it.
  public var scheduleName: String {
    virtualStages > 1 ? Self.interleavedName : schedule.rawValue
  }
}

/// What is split over the data-parallel ranks.
public enum OptimizerSharding: String, CaseIterable, Sendable {
  case none
  /// ZeRO-1: optimizer states.
  case optimizer = "zero-1"
  /// ZeRO-2: optimizer states and gradients.
  case gradients = "zero-2"
  /// ZeRO-3, FSDP: optimizer states, gradients and weights.
  case weights = "zero-3"
}
