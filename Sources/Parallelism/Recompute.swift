/// What the backward pass computes again instead of keeping.
public enum Recompute: Hashable, Sendable {
  case none
  /// Named parts of every layer.
  case selective(RecomputeParts)
  /// Whole layers: only a layer's input is kept.
  case full
  /// Whole layers, but only a share of them, as many of each chunk; the others keep all. Costs are the
  /// mean over layers, so that an operation alone cannot tell whether it is repeated.
  case share(Double)
}

/// A part of a layer that selective recomputation can drop.
public enum RecomputePart: String, CaseIterable, Sendable {
  /// Scores, softmax and their product with the values (the core of attention).
  case attention
  /// Norms and activation functions: cheap to repeat, large to keep.
  case activations
  /// The whole feed-forward network or expert layer.
  case experts
  /// Queries, keys and values of latent attention, made again from the latents.
  case upProjections = "up_projections"
}

/// A set of parts of a layer: one byte, so that a plan is copied without counting references.
public struct RecomputeParts: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The parts of a list.
  public init(_ parts: [RecomputePart]) {
    self = parts.reduce(into: []) { $0.formUnion(Self($1)) }
  }

  private init(_ part: RecomputePart) {
    switch part {
    case .attention: self = .attention
    case .activations: self = .activations
    case .experts: self = .experts
    case .upProjections: self = .upProjections
    }
  }

  public static let attention = Self(rawValue: 1)
  public static let activations = Self(rawValue: 2)
  public static let experts = Self(rawValue: 4)
  public static let upProjections = Self(rawValue: 8)

  /// The parts in the order of their declaration.
  public var list: [RecomputePart] { RecomputePart.allCases.filter { contains(Self($0)) } }
}
