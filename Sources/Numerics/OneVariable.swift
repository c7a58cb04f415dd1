import CGSL

/// Returns the `x` between two bounds at which a function crosses zero (Brent's method).
///
/// - Parameters:
///   - tolerance: The width of the last bracket, relative to `x`.
/// - Throws: `NumericsError` where the function has the same sign at both bounds.
public func root(
  of function: @escaping (Double) -> Double, from low: Double, to high: Double,
  tolerance: Double = 1e-10
) throws -> Double {
  useGSL()
  let task = "find a root from \(low) to \(high)"
  guard let solver = gsl_root_fsolver_alloc(cgsl_root_brent()) else {
    throw NumericsError(task: task, reason: "out of memory")
  }
  defer { gsl_root_fsolver_free(solver) }
  return try ScalarFunction(function).withGSL { function in
    try check(gsl_root_fsolver_set(solver, function, low, high), task)
    for _ in 0..<200 {
      try check(gsl_root_fsolver_iterate(solver), task)
      let (a, b) = (gsl_root_fsolver_x_lower(solver), gsl_root_fsolver_x_upper(solver))
      if gsl_root_test_interval(a, b, 0, tolerance) == GSL_SUCCESS || a == b {
        return gsl_root_fsolver_root(solver)
      }
    }
    throw NumericsError(task: task, reason: "no convergence in 200 iterations")
  }
}

/// Returns the `x` between two bounds at which a function is least (Brent's method).
///
/// - Parameters:
///   - guess: A point between the bounds where the function is below its value at both.
///   - tolerance: The width of the last bracket, absolute below 1 and relative above. Rounding hides
///     a smooth minimum's place to about the square root of the machine's precision.
/// - Throws: `NumericsError` where `guess` is no such point.
public func minimum(
  of function: @escaping (Double) -> Double, from low: Double, to high: Double, guess: Double,
  tolerance: Double = 1e-6
) throws -> Double {
  useGSL()
  let task = "find a minimum from \(low) to \(high)"
  guard let minimizer = gsl_min_fminimizer_alloc(cgsl_min_brent()) else {
    throw NumericsError(task: task, reason: "out of memory")
  }
  defer { gsl_min_fminimizer_free(minimizer) }
  return try ScalarFunction(function).withGSL { function in
    try check(gsl_min_fminimizer_set(minimizer, function, guess, low, high), task)
    for _ in 0..<200 {
      try check(gsl_min_fminimizer_iterate(minimizer), task)
      let a = gsl_min_fminimizer_x_lower(minimizer)
      let b = gsl_min_fminimizer_x_upper(minimizer)
      if gsl_min_test_interval(a, b, tolerance, tolerance) == GSL_SUCCESS {
        return gsl_min_fminimizer_x_minimum(minimizer)
      }
    }
    throw NumericsError(task: task, reason: "no convergence in 200 iterations")
  }
}
