import Foundation
import Hardware
import Numerics

/// One measured point of a family of kernels, in logarithms.
struct FitPoint<Work> {
  var work: Work
  var logTime: Double
  /// How much the point counts; 1 is whole.
  var weight: Double
  var isHeldBack: Bool
  /// The file and line that it stands on, for messages.
  var place = ""
}

/// Fits a curve to measured points, then a grid to what the curve leaves over.
///
/// All in logarithms of time, robustly. First a fit to four fifths of the points is judged on the
/// fifth held back; then the same fit is made to all points, and that is the result.
struct CurveFit<Work, Curve> {
  /// Parameters on the whole line, where the search starts and what the prior draws towards.
  var start: [Double]
  var curve: ([Double]) -> Curve
  /// The time in seconds by a curve without its correction.
  var time: (Curve, Work) -> Double
  /// Grids that multiply the curve, one after another, and how a shape is placed on them.
  var grids: [GridFit<Work>] = []
  /// Residuals beyond this, in logarithms, count less.
  var outlierScale = 0.08
  var priorWeight = 0.05
  /// The same fit on devices of the same architecture: what their own curves leave over shapes the
  /// grids too, at half weight, because the same library chose the same kernels there.
  var relatives: [(fit: CurveFit, points: [FitPoint<Work>])] = []

  struct Result {
    var curve: Curve
    var grids: [CorrectionGrid]
    var quality: FitQuality
  }

  /// - Throws: `CurveMiss` where the search ended far from the points, `NumericsError` where it ended
  ///   nowhere.
  func fit(_ points: [FitPoint<Work>]) throws -> Result {
    let training = points.filter { !$0.isHeldBack }
    let judge = points.filter { $0.isHeldBack && $0.weight == 1 }
    let trial = try solve(training.isEmpty ? points : training)
    let errors = (judge.isEmpty ? points : judge).map { point in
      abs(exp(trial.residual(point, time)) - 1)
    }
    let final = try solve(points)
    try check(points, final)
    return Result(
      curve: final.curve, grids: final.grids,
      quality: FitQuality(
        points: points.count { $0.weight == 1 }, heldBackMedian: median(errors) ?? 0,
        heldBackP90: quantile(errors, 0.9) ?? 0))
  }

  /// Sees to it that the curve describes the points at all: a solver that stops far from them has
  /// found the best point on its way, not a fit.
  private func check(_ points: [FitPoint<Work>], _ solution: Solution) throws {
    let own = points.filter { $0.weight == 1 }
    let misses = own.map { abs(exp(solution.residual($0, time)) - 1) }
    guard let middle = median(misses), !(middle < CurveMiss.hopeless) else { return }
    let worst = zip(misses, own).sorted { $0.0 > $1.0 }.prefix(3).map(\.1.place)
    throw CurveMiss(median: middle, worst: worst)
  }

  private struct Solution {
    var curve: Curve
    var grids: [CorrectionGrid]
    var placements: [(Work, CorrectionGrid.Variable) -> Double]

    func residual(_ point: FitPoint<Work>, _ time: (Curve, Work) -> Double) -> Double {
      let factor = zip(grids, placements).reduce(1) { product, pair in
        product * pair.0.factor { pair.1(point.work, $0) }
      }
      return log(time(curve, point.work) * factor) - point.logTime
    }
  }

  private func solve(_ points: [FitPoint<Work>]) throws -> Solution {
    let (curve, residuals) = try solveCurve(points)
    var allPoints = points
    var allResiduals = residuals
    for relative in relatives where !grids.isEmpty {
      let (_, residuals) = try relative.fit.solveCurve(relative.points)
      allPoints += relative.points.map { point in
        var point = point
        point.weight *= 0.5
        return point
      }
      allResiduals += residuals
    }
    return Solution(
      curve: curve, grids: try GridFit.solve(grids, allPoints, allResiduals),
      placements: grids.map(\.placement))
  }

  /// The curve without grids, and measured − predicted in logarithms.
  private func solveCurve(_ points: [FitPoint<Work>]) throws -> (Curve, [Double]) {
    let fit = NonlinearFit(
      start: start, count: points.count, outlierScale: outlierScale, priorWeight: priorWeight)
    let parameters = try fit.solve { parameters, out in
      let curve = curve(parameters)
      for (index, point) in points.enumerated() {
        let residual = log(time(curve, point.work)) - point.logTime
        out[index] = residual * point.weight.squareRoot()
      }
    }
    let fitted = curve(parameters)
    return (fitted, points.map { $0.logTime - log(time(fitted, $0.work)) })
  }
}

extension Double {
  /// A number of the whole line from one above 0, and back.
  static func positive(_ parameter: Double) -> Double { exp(parameter) }

  /// A number between 0 and 1 from one of the whole line.
  static func share(_ parameter: Double) -> Double { 1 / (1 + exp(-parameter)) }

  /// The parameter of a share.
  static func parameter(ofShare share: Double) -> Double { log(share / (1 - share)) }
}
