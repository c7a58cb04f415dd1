/// A view of a row-major FP32 matrix, or of some of its rows and columns. It owns nothing.
struct Matrix {
  let base: UnsafeMutablePointer<Float>
  let rows: Int
  let columns: Int
  /// Elements from one row to the next.
  let stride: Int

  /// The first element of a row.
  @inline(__always)
  subscript(row: Int) -> UnsafeMutablePointer<Float> { base + row * stride }

  /// The view of some rows.
  func rows(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows outside the matrix")
    return Matrix(
      base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// The view of some columns.
  func columns(_ range: Range<Int>) -> Matrix {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns, "columns outside the matrix")
    return Matrix(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }
}
