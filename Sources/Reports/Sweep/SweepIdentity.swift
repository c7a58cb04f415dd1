/// What tells a shard of a sweep from every other.
public struct SweepIdentity: Hashable, Sendable {
  /// A word that stands for all inputs.
  public var question: String
  public var shard: SweepShard
  /// Chunks of the whole sweep.
  public var chunks: Int

  public init(question: String, shard: SweepShard = .whole, chunks: Int) {
    self.question = question
    self.shard = shard
    self.chunks = chunks
  }

  /// Reads what `word` writes; nil where it is something else.
  init?(word: String) {
    let parts = word.split(separator: "/" as Character, omittingEmptySubsequences: false)
    guard parts.count == 4, let number = Int(parts[1]), let count = Int(parts[2]),
      let shard = SweepShard(number, of: count), let chunks = Int(parts[3])
    else { return nil }
    self.init(question: String(parts[0]), shard: shard, chunks: chunks)
  }

  /// One word, as a journal holds it.
  var word: String { "\(question)/\(shard.number)/\(shard.count)/\(chunks)" }

  /// Whether both are parts of one sweep.
  func isOfSweep(_ other: Self) -> Bool {
    question == other.question && shard.count == other.shard.count && chunks == other.chunks
  }
}
