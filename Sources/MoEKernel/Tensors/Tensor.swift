import Glibc

/// A row-major matrix of FP32 numbers in one contiguous buffer, which it owns.
///
/// A stack of matrices, such as the weights of all experts, is one tensor with their rows one below
/// the other. A tensor is not safe to change while a layer's step uses it.
public final class Tensor {
  public let rows: Int
  public let columns: Int
  let matrix: Matrix

  /// Makes a tensor of zeros. Either size may be 0.
  public init(rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "a tensor has no negative size")
    self.rows = rows
    self.columns = columns
    let base = Self.allocate(rows * columns)
    matrix = Matrix(base: base, rows: rows, columns: columns, stride: columns)
  }

  deinit { free(matrix.base) }

  /// The number of elements.
  public var count: Int { rows * columns }

  public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "no such element")
      return matrix[row][column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "no such element")
      matrix[row][column] = newValue
    }
  }

  /// A copy of all elements, row by row.
  public var values: [Float] { Array(UnsafeBufferPointer(start: matrix.base, count: count)) }

  /// Sets every element, row by row, to what `value` returns.
  public func fill(with value: () -> Float) {
    for index in 0..<count { matrix.base[index] = value() }
  }

  /// Sets every element to 0.
  public func clear() { matrix.base.update(repeating: 0, count: count) }

  /// Pages of 2 MiB where the system has them: a layer's weights span many gigabytes, and small
  /// pages cost products several per cent in address translation.
  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let page = 2 << 20
    let size = max(1, count) * MemoryLayout<Float>.stride
    var memory: UnsafeMutableRawPointer?
    let code = posix_memalign(&memory, size < page ? 64 : page, size)
    guard code == 0, let memory else { preconditionFailure("no memory for \(size) bytes") }
    if size >= page { madvise(memory, size, MADV_HUGEPAGE) }
    let base = memory.bindMemory(to: Float.self, capacity: max(1, count))
    base.initialize(repeating: 0, count: max(1, count))
    return base
  }
}
