public import Units

/// A storage that takes checkpoints, which decides how long a save takes.
///
/// One data-parallel replica writes: each rank of its tensor, pipeline and expert groups its own part.
/// ```
/// time = max(state / writers / writer rate,  state / total rate)
/// ```
public struct CheckpointStorage: Hashable, Sendable {
  /// What one rank writes.
  public var writer: BytesPerSecond
  /// What the whole storage takes.
  public var total: BytesPerSecond

  public init(writer: BytesPerSecond, total: BytesPerSecond) {
    self.writer = writer
    self.total = total
  }

  /// - Parameters:
  ///   - state: Weights and optimizer of the model, held once.
  ///   - writers: Ranks that write at once.
  public func saveTime(state: Bytes, writers: Int) -> Seconds {
    max(state / Double(writers) / writer, state / total)
  }
}
