import CGSL

/// Returns the solution of A x = b for a symmetric positive definite A (Cholesky decomposition).
///
/// - Parameter matrix: A, row by row; only its lower triangle is read.
/// - Throws: `NumericsError` where A is not positive definite.
public func solvePositiveDefinite(_ matrix: [[Double]], _ right: [Double]) throws -> [Double] {
  useGSL()
  let size = right.count
  precondition(
    size > 0 && matrix.count == size && matrix.allSatisfy { $0.count == size },
    "a linear system is square and has one right-hand side per row")
  let task = "solve \(size) linear equations"
  guard let a = gsl_matrix_alloc(size, size), let b = gsl_vector_alloc(size) else {
    throw NumericsError(task: task, reason: "out of memory")
  }
  defer {
    gsl_matrix_free(a)
    gsl_vector_free(b)
  }
  for row in 0..<size {
    gsl_vector_set(b, row, right[row])
    for column in 0..<size { gsl_matrix_set(a, row, column, matrix[row][column]) }
  }
  try check(gsl_linalg_cholesky_decomp1(a), task)
  try check(gsl_linalg_cholesky_svx(a, b), task)
  return (0..<size).map { gsl_vector_get(b, $0) }
}
