public import Units

/// What one rank of a pipeline stage holds at its fullest moment.
public struct StageMemory: Hashable, Sendable {
  /// Working weights.
  public var weights: Bytes
  public var gradients: Bytes
  /// Master weights and moments.
  public var optimizer: Bytes
  /// Kept for the backward passes of all micro-batches in flight.
  public var activations: Bytes
  /// Alive only for a moment: what a block computes again, gathered weights.
  public var transient: Bytes
  /// Context, libraries, communication buffers and what fragmentation makes unusable.
  public var reserved: Bytes

  public init(
    weights: Bytes = .zero, gradients: Bytes = .zero, optimizer: Bytes = .zero,
    activations: Bytes = .zero, transient: Bytes = .zero, reserved: Bytes = .zero
  ) {
    self.weights = weights
    self.gradients = gradients
    self.optimizer = optimizer
    self.activations = activations
    self.transient = transient
    self.reserved = reserved
  }

  /// What the framework's allocator counts.
  public var allocated: Bytes { weights + gradients + optimizer + activations + transient }

  /// What the device shows as taken.
  public var total: Bytes { allocated + reserved }
}
