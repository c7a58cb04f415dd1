import CGSL

/// Returns a point at which a function of several variables is least nearby (the simplex of Nelder and
/// Mead).
///
/// - Parameters:
///   - start: Where the search starts.
///   - step: The size of the first simplex along each axis.
///   - tolerance: The size of the simplex at which the search ends.
/// - Throws: `NumericsError` where it does not come to an end in 2,000 steps.
public func minimum(
  of function: @escaping ([Double]) -> Double, from start: [Double], step: Double,
  tolerance: Double = 1e-7
) throws -> [Double] {
  useGSL()
  let task = "find a minimum of \(start.count) variables"
  guard
    let minimizer = gsl_multimin_fminimizer_alloc(cgsl_multimin_nmsimplex2(), start.count),
    let first = gsl_vector_alloc(start.count), let steps = gsl_vector_alloc(start.count)
  else { throw NumericsError(task: task, reason: "out of memory") }
  defer {
    gsl_multimin_fminimizer_free(minimizer)
    gsl_vector_free(first)
    gsl_vector_free(steps)
  }
  for index in start.indices { gsl_vector_set(first, index, start[index]) }
  gsl_vector_set_all(steps, step)
  let box = VectorFunction(function, count: start.count)
  var system = gsl_multimin_function(
    f: { x, data in
      guard let x, let data else { return .nan }
      return Unmanaged<VectorFunction>.fromOpaque(data).takeUnretainedValue().evaluate(x)
    }, n: start.count, params: Unmanaged.passUnretained(box).toOpaque())
  return try withExtendedLifetime(box) {
    try check(gsl_multimin_fminimizer_set(minimizer, &system, first, steps), task)
    for _ in 0..<2000 {
      try check(gsl_multimin_fminimizer_iterate(minimizer), task)
      let size = gsl_multimin_fminimizer_size(minimizer)
      guard gsl_multimin_test_size(size, tolerance) == GSL_SUCCESS else { continue }
      let best = gsl_multimin_fminimizer_x(minimizer)
      return start.indices.map { gsl_vector_get(best, $0) }
    }
    throw NumericsError(task: task, reason: "no convergence in 2000 steps")
  }
}

/// A Swift closure of several variables as GSL takes functions.
private final class VectorFunction {
  private let function: ([Double]) -> Double
  private let count: Int

  init(_ function: @escaping ([Double]) -> Double, count: Int) {
    self.function = function
    self.count = count
  }

  func evaluate(_ x: UnsafePointer<gsl_vector>) -> Double {
    function((0..<count).map { gsl_vector_get(x, $0) })
  }
}
