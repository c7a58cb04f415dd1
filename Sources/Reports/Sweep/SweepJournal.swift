import Planner

/// What a sweep has put on disk for good: one line a chunk, each with its own check, so that a line which a
/// power failure cut or scrambled counts for nothing.
struct SweepJournal {
  /// What the sweep asks; a file of another question is never gone on with.
  let identity: String
  /// Chunks that are whole on disk, and the bytes of the file up to their end.
  private(set) var chunks = 0
  private(set) var bytes = 0
  private(set) var isDone = false

  init(identity: String) { self.identity = identity }

  /// Reads the lines up to the first that is not sound.
  ///
  /// - Returns: Nil where the text is no journal at all.
  init?(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    guard let first = lines.popFirst().flatMap({ Self.sound($0) }), first.first == "sweep",
      first.count == 2
    else { return nil }
    identity = first[1]
    for line in lines {
      guard let words = Self.sound(line), words.count == 3, let chunks = Int(words[1]),
        let bytes = Int(words[2])
      else { return }
      self.chunks = chunks
      self.bytes = bytes
      isDone = words[0] == "done"
    }
  }

  var firstLine: String { Self.line(["sweep", identity]) }

  /// Takes note of a chunk, or of the end.
  mutating func line(chunks: Int, bytes: Int, isDone: Bool = false) -> String {
    self.chunks = chunks
    self.bytes = bytes
    self.isDone = isDone
    return Self.line([isDone ? "done" : "chunk", "\(chunks)", "\(bytes)"])
  }

  private static func line(_ words: [String]) -> String {
    let text = words.joined(separator: " ")
    return "\(text) \(checksum(text.utf8))\n"
  }

  private static func sound(_ line: Substring) -> [String]? {
    let words = line.split(separator: " ").map(String.init)
    guard let check = words.last,
      check == checksum(words.dropLast().joined(separator: " ").utf8)
    else { return nil }
    return Array(words.dropLast())
  }
}
