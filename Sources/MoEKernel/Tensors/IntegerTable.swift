/// A row-major table of whole numbers in one contiguous buffer, which it owns.
final class IntegerTable {
  let rows: Int
  let columns: Int
  private let base: UnsafeMutablePointer<Int32>

  /// Makes a table of zeros.
  init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    base = .allocate(capacity: max(1, rows * columns))
    clear()
  }

  deinit { base.deallocate() }

  /// The first number of a row.
  @inline(__always)
  subscript(row: Int) -> UnsafeMutablePointer<Int32> { base + row &* columns }

  func clear() { base.update(repeating: 0, count: rows * columns) }
}
