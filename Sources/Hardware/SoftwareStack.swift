public import Units

/// What a training framework of one release makes of the kernels: overlap, host cost, memory habits.
///
/// Every fraction lies from 0 to 1. One stack has one set of values for all its runs.
public struct SoftwareStack: Sendable {
  public var id: String
  public var name: String
  /// Frameworks and months of release that the profile stands for, as published runs name them.
  public var covers: [Coverage]
  public var overlap: Overlap
  public var host: HostCost
  public var memory: MemoryHabits
  public var kernels: KernelHabits
  public var schedules: Set<String>
  /// How far the profile is from the runs that it was fitted to; nil where it was not.
  public var quality: RunFitQuality?
  /// What a reader of the profile should know.
  public var notes: [String]

  public init(
    id: String, name: String, covers: [Coverage], overlap: Overlap, host: HostCost,
    memory: MemoryHabits, kernels: KernelHabits, schedules: Set<String>,
    quality: RunFitQuality? = nil, notes: [String] = []
  ) {
    self.id = id
    self.name = name
    self.covers = covers
    self.overlap = overlap
    self.host = host
    self.memory = memory
    self.kernels = kernels
    self.schedules = schedules
    self.quality = quality
    self.notes = notes
  }

  /// A framework between two months of release, both included.
  public struct Coverage: Sendable {
    /// Its name as published runs write it, or `other` for one that no profile names.
    public var framework: String
    /// `YYYY-MM`.
    public var from: String
    public var to: String
    /// Words of the sources whose runs it stands for, where they ran the framework in a way of
    /// their own, such as with all overlap off; nil for all others.
    public var source: String?
    /// Words of the models whose runs it stands for, where the framework's recipe for them differs
    /// from its others, such as by the dispatcher of tokens; nil for all others.
    public var model: String?
    /// The devices whose runs it stands for, where the framework's recipes for them differ from its
    /// others, such as by what they capture in graphs; empty for all others.
    public var devices: [String]
    /// Of `other` frameworks, those on devices of one vendor.
    public var vendor: String?
    /// Of `other` frameworks, those that shard weights over all ranks and split the model no other way.
    public var fullySharded: Bool

    /// The framework of a coverage that stands for those without a profile.
    public static let other = "other"

    public init(
      framework: String, from: String, to: String, source: String? = nil, model: String? = nil,
      devices: [String] = [], vendor: String? = nil, fullySharded: Bool = false
    ) {
      self.framework = framework
      self.from = from
      self.to = to
      self.source = source
      self.model = model
      self.devices = devices
      self.vendor = vendor
      self.fullySharded = fullySharded
    }
  }

  /// The part of each kind of communication that computation can hide.
  public struct Overlap: Sendable {
    /// Tensor-parallel collectives behind the matrix product that feeds or follows them.
    public var tensor: Sourced<Double>
    /// Context-parallel exchange behind attention.
    public var context: Sourced<Double>
    /// Expert dispatch and combine behind other work.
    public var expert: Sourced<Double>
    /// Stage-to-stage sends behind the next micro-batch.
    public var pipeline: Sourced<Double>
    /// Gradient reduction behind the last micro-batch's backward pass.
    public var gradientReduction: Sourced<Double>
    /// Parameter gather behind the first micro-batch's forward pass.
    public var parameterGather: Sourced<Double>
    /// Per-layer parameter gathers and gradient scatters of ZeRO-3 behind the layer's work.
    public var fullySharded: Sourced<Double>

    public init(
      tensor: Sourced<Double>, context: Sourced<Double>, expert: Sourced<Double>,
      pipeline: Sourced<Double>, gradientReduction: Sourced<Double>,
      parameterGather: Sourced<Double>, fullySharded: Sourced<Double>
    ) {
      self.tensor = tensor
      self.context = context
      self.expert = expert
      self.pipeline = pipeline
      self.gradientReduction = gradientReduction
      self.parameterGather = parameterGather
      self.fullySharded = fullySharded
    }
  }

  /// Time that the host adds because it launches work more slowly than the device finishes it.
  public struct HostCost: Sendable {
    /// Per layer and pass of one micro-batch.
    public var perLayer: Sourced<Seconds>
    /// Per expert layer and pass, beside `perLayer`: routing tables, permutation, synchronisation.
    public var perExpertLayer: Sourced<Seconds>
    /// Per local expert and pass, where experts are launched one by one, or cast one by one: in FP8
    /// with a scale a tensor each needs a maximum, a cast and a transposition of its own, with a scale
    /// a block one launch for all three.
    public var perLocalExpert: Sourced<Seconds>
    /// Per collective.
    public var perCollective: Sourced<Seconds>
    /// Once a step: data loading, logging, gradient norm, the optimizer's launches.
    public var perStep: Sourced<Seconds>

    public init(
      perLayer: Sourced<Seconds>, perExpertLayer: Sourced<Seconds>,
      perLocalExpert: Sourced<Seconds>, perCollective: Sourced<Seconds>, perStep: Sourced<Seconds>
    ) {
      self.perLayer = perLayer
      self.perExpertLayer = perExpertLayer
      self.perLocalExpert = perLocalExpert
      self.perCollective = perCollective
      self.perStep = perStep
    }
  }

  /// What the framework keeps in memory beside weights, gradients and activations.
  public struct MemoryHabits: Sendable {
    /// Context, libraries and communication buffers.
    public var reserved: Sourced<Bytes>
    /// What the allocator cannot use between its blocks ÷ what is allocated, when it has given back
    /// all that it can.
    public var fragmentation: Sourced<Double>
    /// Freed blocks that the allocator keeps ÷ the memory that nothing else takes. A device shows them
    /// as taken; they are given back where memory runs short.
    public var cacheShare: Sourced<Double>
    /// Bytes of a gradient element in the accumulation buffer: 4 or 2.
    public var gradientElement: Sourced<Bytes>

    /// The share of a stack of which nobody measured it.
    public static let noCache = Sourced(0.0, .estimated, source: "nobody measured it")

    public init(
      reserved: Sourced<Bytes>, fragmentation: Sourced<Double>, gradientElement: Sourced<Bytes>,
      cacheShare: Sourced<Double> = noCache
    ) {
      self.reserved = reserved
      self.fragmentation = fragmentation
      self.gradientElement = gradientElement
      self.cacheShare = cacheShare
    }

    /// What a device shows as taken, where a job needs so much of its memory:
    /// ```
    /// needed + share · (capacity − needed)
    /// ```
    public func shown(needed: Bytes, of capacity: Bytes) -> Bytes {
      needed + cacheShare.value * max(.zero, capacity - needed)
    }
  }

  /// How well the framework uses the device's kernels, beside their curves.
  public struct KernelHabits: Sendable {
    /// Time of a matrix product in training ÷ its time in the kernel table.
    public var matrixSlowdown: Sourced<Double>
    /// Time of attention in training ÷ its time in the kernel table.
    public var attentionSlowdown: Sourced<Double>
    /// Bytes that element-wise passes move ÷ the least a fused implementation moves.
    public var elementwiseTraffic: Sourced<Double>
    /// Time of the expert exchange in training ÷ its time by the tables: ranks wait for each other,
    /// and pieces are of unequal size.
    public var exchangeSlowdown: Sourced<Double>
    /// Whether attention keeps no score matrix (FlashAttention and its kin).
    public var fusedAttention: Bool
    /// Whether the expert exchange sends a token once to a domain that holds several of its experts.
    public var deduplicatedDispatch: Bool
    /// Whether the experts of a rank run as one grouped kernel.
    public var groupedExperts: Bool
    /// Whether block-scaled FP8 operands of all experts of a rank are cast by one kernel.
    public var groupedCasts: Bool
    /// Whether a collective over several domains is one ring through a single interface of each
    /// domain, as in libraries that built no ring for each interface.
    public var flatRings: Bool
    /// Whether, under FP8 products, the inputs of activation functions are kept in FP8 too.
    public var keepsActivationInputsInFP8: Bool
    /// Whether one kernel makes the loss of 16-bit logits and writes their gradient over them. Else
    /// logits are cast to 32 bits, and both are kept.
    public var fusedLoss: Bool
    /// Which other passes over memory the framework joins.
    public var fusion: PassFusion

    /// The factor of a stack that nothing else is known of.
    public static let asInTables = Sourced(1.0, .estimated, source: "as in the kernel tables")

    public init(
      matrixSlowdown: Sourced<Double>, attentionSlowdown: Sourced<Double>,
      elementwiseTraffic: Sourced<Double>, fusedAttention: Bool, deduplicatedDispatch: Bool,
      groupedExperts: Bool, groupedCasts: Bool = false, flatRings: Bool = false,
      keepsActivationInputsInFP8: Bool = false, fusedLoss: Bool = false,
      fusion: PassFusion = PassFusion(), exchangeSlowdown: Sourced<Double> = asInTables
    ) {
      self.matrixSlowdown = matrixSlowdown
      self.attentionSlowdown = attentionSlowdown
      self.elementwiseTraffic = elementwiseTraffic
      self.fusedAttention = fusedAttention
      self.deduplicatedDispatch = deduplicatedDispatch
      self.groupedExperts = groupedExperts
      self.groupedCasts = groupedCasts
      self.flatRings = flatRings
      self.keepsActivationInputsInFP8 = keepsActivationInputsInFP8
      self.fusedLoss = fusedLoss
      self.fusion = fusion
      self.exchangeSlowdown = exchangeSlowdown
    }
  }
}
