/// Kinds of communication that a plan lets run beside work. How much of it then hides is the software
/// stack's.
public struct Overlaps: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Tensor-parallel collectives.
  public static let tensor = Self(rawValue: 1)
  public static let context = Self(rawValue: 2)
  /// Expert dispatch and combine.
  public static let expert = Self(rawValue: 4)
  /// Sends from stage to stage.
  public static let pipeline = Self(rawValue: 8)
  /// The reduction of gradients, behind the last backward passes.
  public static let gradients = Self(rawValue: 16)
  /// The gather of updated weights, behind the first forward passes.
  public static let parameters = Self(rawValue: 32)
  /// Gathers and scatters of ZeRO-2 and ZeRO-3, behind the work of a layer.
  public static let sharded = Self(rawValue: 64)

  public static let all: Self = [
    .tensor, .context, .expert, .pipeline, .gradients, .parameters, .sharded,
  ]

  /// What the cost of a layer depends on.
  public static let ofLayers: Self = [.tensor, .context, .expert]

  /// What concerns the update of the weights alone, once a step.
  public static let ofUpdate: Self = [.gradients, .parameters]
}

extension Overlaps {
  /// Each kind with the word that files and commands use.
  public static let words: [(word: String, kind: Self)] = [
    ("tensor", .tensor), ("context", .context), ("expert", .expert), ("pipeline", .pipeline),
    ("gradients", .gradients), ("parameters", .parameters), ("sharded", .sharded),
  ]
}
