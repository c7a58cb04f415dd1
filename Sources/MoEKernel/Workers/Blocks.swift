/// Neighbouring items cut into blocks of one size, of which the last may be short.
///
/// The size does not depend on the number of workers, so neither do sums over blocks.
struct Blocks {
  let items: Int
  let size: Int

  /// The number of blocks.
  var count: Int { (items + size - 1) / size }

  subscript(block: Int) -> Range<Int> { block * size..<min(items, (block + 1) * size) }
}

extension Blocks {
  /// Rows that one task of a pass over memory takes: a few hundred kilobytes.
  static func pass(_ rows: Int) -> Blocks { Blocks(items: rows, size: 64) }

  /// Rows that one task of a matrix product takes: at most 512, because more would leave a worker
  /// idle at the end, and in a number of tasks that two or four workers share evenly, as long as
  /// each has `least`: fewer would read the other operand too often.
  static func product(_ rows: Int, least: Int = leastProduct) -> Blocks {
    let tasks = max(1, min((rows + 2047) / 2048 * 4, rows / least))
    return Blocks(items: rows, size: max(1, (rows + tasks - 1) / tasks))
  }

  static let leastProduct = 128

  /// Rows of a weight's gradient that one task computes. Half as many as of another product are enough,
  /// because each row sums over all tokens.
  static func weights(_ rows: Int) -> Blocks { product(rows, least: leastProduct / 2) }

  /// The same where every expert has a weight, so that there is a task for each worker anyhow.
  static func expertWeights(_ rows: Int) -> Blocks { Blocks(items: rows, size: 512) }
}
