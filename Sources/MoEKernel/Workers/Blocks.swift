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

  /// Rows that one task of a matrix product takes. Fewer would read the other operand too often,
  /// more would leave a worker idle at the end.
  static func product(_ rows: Int) -> Blocks { Blocks(items: rows, size: 512) }

  /// Rows of a weight's gradient that one task computes.
  static func weights(_ rows: Int) -> Blocks { Blocks(items: rows, size: 512) }
}
