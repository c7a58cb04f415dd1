import CGSL
import Foundation

/// A non-linear least-squares problem: parameters that make residuals small.
///
/// Residuals should be scaled to about 1 or below. Parameters that must be positive are best given
/// as logarithms. Beside the residuals, each parameter is drawn weakly towards its start, so that
/// one that the data do not decide stays where it was put.
public struct NonlinearFit {
  /// Where the search starts, and what the prior draws towards.
  public var start: [Double]
  /// The number of residuals.
  public var count: Int
  /// Residuals beyond this count less and less (a soft absolute value); infinite is least squares.
  public var outlierScale: Double
  /// Weight of one unit of distance from the start, in units of a residual.
  public var priorWeight: Double
  /// The relative step of the parameters below which the search ends.
  public var tolerance: Double

  public init(
    start: [Double], count: Int, outlierScale: Double = .infinity, priorWeight: Double = 0,
    tolerance: Double = 1e-7
  ) {
    precondition(!start.isEmpty && count >= 1, "a fit needs parameters and residuals")
    self.start = start
    self.count = count
    self.outlierScale = outlierScale
    self.priorWeight = priorWeight
    self.tolerance = tolerance
  }

  /// Returns the parameters that minimise the weighted squares of the residuals.
  ///
  /// GSL's trust-region solver (Levenberg–Marquardt) with finite differences, repeated with the
  /// weights 1 / √(1 + (r / outlierScale)²) of the soft absolute value until they settle.
  ///
  /// - Parameter residuals: Fills its second argument with the residuals at the first.
  /// - Throws: `NumericsError` where the residuals are not finite at the start, or the solver fails.
  public func solve(
    _ residuals: @escaping ([Double], inout [Double]) -> Void
  ) throws -> [Double] {
    useGSL()
    var values = [Double](repeating: 0, count: count)
    residuals(start, &values)
    guard values.allSatisfy(\.isFinite) else {
      throw NumericsError(task: task, reason: "a residual is not finite at the start")
    }
    var parameters = start
    for _ in 0..<(outlierScale.isFinite ? 8 : 1) {
      residuals(parameters, &values)
      let weights = values.map { 1 / (1 + ($0 / outlierScale) * ($0 / outlierScale)).squareRoot() }
      let problem = WeightedProblem(
        residuals: residuals, weights: weights, start: start, priorWeight: priorWeight,
        tolerance: tolerance)
      let next = try problem.minimize(from: parameters, task: task)
      let moved = zip(next, parameters).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? 0
      parameters = next
      if moved < tolerance { break }
    }
    return parameters
  }

  private var task: String { "fit \(start.count) parameters to \(count) residuals" }
}

/// One weighted least-squares problem, as GSL calls back into it.
private final class WeightedProblem {
  let residuals: ([Double], inout [Double]) -> Void
  let roots: [Double]
  let start: [Double]
  let priorWeight: Double
  let tolerance: Double
  private var values: [Double]

  init(
    residuals: @escaping ([Double], inout [Double]) -> Void, weights: [Double], start: [Double],
    priorWeight: Double, tolerance: Double
  ) {
    self.residuals = residuals
    self.roots = weights.map { $0.squareRoot() }
    self.start = start
    self.priorWeight = priorWeight
    self.tolerance = tolerance
    values = [Double](repeating: 0, count: weights.count)
  }

  /// Residuals of the data, then one of the prior for each parameter.
  var size: Int { values.count + start.count }

  func evaluate(at x: UnsafePointer<gsl_vector>, into out: UnsafeMutablePointer<gsl_vector>) {
    let parameters = (0..<start.count).map { gsl_vector_get(x, $0) }
    residuals(parameters, &values)
    for (index, value) in values.enumerated() {
      // A step that leaves the domain is made unattractive, so that the solver turns back.
      gsl_vector_set(out, index, value.isFinite ? value * roots[index] : 1e6)
    }
    for index in start.indices {
      let prior = priorWeight * (parameters[index] - start[index])
      gsl_vector_set(out, values.count + index, prior)
    }
  }

  func minimize(from guess: [Double], task: String) throws -> [Double] {
    var settings = gsl_multifit_nlinear_default_parameters()
    settings.h_df = 1e-5
    guard
      let workspace = gsl_multifit_nlinear_alloc(
        cgsl_multifit_nlinear_trust(), &settings, size, start.count),
      let initial = gsl_vector_alloc(start.count)
    else { throw NumericsError(task: task, reason: "out of memory") }
    defer {
      gsl_multifit_nlinear_free(workspace)
      gsl_vector_free(initial)
    }
    for (index, value) in guess.enumerated() { gsl_vector_set(initial, index, value) }
    var system = gsl_multifit_nlinear_fdf()
    system.f = { x, data, out in
      guard let x, let data, let out else { return Int32(GSL_EFAILED) }
      let problem = Unmanaged<WeightedProblem>.fromOpaque(data).takeUnretainedValue()
      problem.evaluate(at: x, into: out)
      return Int32(GSL_SUCCESS)
    }
    system.n = size
    system.p = start.count
    system.params = Unmanaged.passUnretained(self).toOpaque()
    return try withExtendedLifetime(self) {
      try check(gsl_multifit_nlinear_init(initial, &system, workspace), task)
      var reason: Int32 = 0
      let code = gsl_multifit_nlinear_driver(
        100, tolerance, 1e-7, 0, nil, nil, &reason, workspace)
      // Running out of steps, or finding none that helps, leaves the best point so far: a fit all
      // the same. Its quality on held-back data is judged by the caller.
      if code != GSL_EMAXITER && code != GSL_ENOPROG { try check(code, task) }
      guard let position = gsl_multifit_nlinear_position(workspace) else {
        throw NumericsError(task: task, reason: "no position")
      }
      return (0..<start.count).map { gsl_vector_get(position, $0) }
    }
  }
}
