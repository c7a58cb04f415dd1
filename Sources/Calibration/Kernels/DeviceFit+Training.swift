import CostModel
import Foundation
import Hardware
import Numerics
import Units

/// How much longer the gradient kernels take than forward ones of their shape.
public struct PassFactors: Hashable, Sendable {
  public var matrixInput = 1.0
  public var matrixWeight = 1.0
  public var groupedInput = 1.0
  public var groupedWeight = 1.0
  public var attentionBackward = 1.2

  public init() {}
}

/// What training tables say of one device beside its curves.
struct TrainingFit {
  var factors: TrainingFactors
  var passes: PassFactors
}

/// A family of training kernels, and one of its passes.
private struct TrainingPass: Hashable {
  enum Family { case matrix, grouped, attention }

  var family: Family
  var pass: MatrixPass
}

/// A training kernel beside the curve's time for it.
private struct TrainingPoint {
  var pass: TrainingPass
  var measured: Double
  var predicted: Double
  /// Experts of a grouped product.
  var groups = 0.0

  var ratio: Double { measured / predicted }
}

extension DeviceFit {
  /// Training kernels ÷ curves; nil where the tables hold too few.
  ///
  /// Products and attention: medians of the ratios, those of gradient passes over those of forward
  /// ones. Grouped products also take a time for each expert, found together with their factors by
  /// a robust fit.
  ///
  /// - Parameter profile: The device's curves, before they know of gradient passes.
  func training(_ profile: KernelProfile) throws -> TrainingFit? {
    let points = trainingPoints(profile)
    guard points.count >= Self.fewest else { return nil }
    let ratios = Dictionary(grouping: points, by: \.pass).compactMapValues { points in
      median(points.map(\.ratio))
    }
    let matrix = ratios[.init(family: .matrix, pass: .forward)] ?? 1
    let attention = ratios[.init(family: .attention, pass: .forward)] ?? 1
    let grouped = try groupedFactors(points.filter { $0.pass.family == .grouped }, matrix)
    var passes = PassFactors()
    passes.matrixInput = (ratios[.init(family: .matrix, pass: .inputGradient)] ?? matrix) / matrix
    passes.matrixWeight = (ratios[.init(family: .matrix, pass: .weightGradient)] ?? matrix) / matrix
    passes.groupedInput = grouped[1]
    passes.groupedWeight = grouped[2]
    if let backward = ratios[.init(family: .attention, pass: .inputGradient)] {
      passes.attentionBackward = backward / attention * profile.attention.backwardSlowdown
    }
    let errors = points.map { point in
      let predicted =
        point.pass.family == .grouped
        ? groupedTime(point, grouped) : point.predicted * (ratios[point.pass] ?? 1)
      return abs(predicted / point.measured - 1)
    }
    let quality = FitQuality(
      points: errors.count, heldBackMedian: median(errors) ?? 0,
      heldBackP90: quantile(errors, 0.9) ?? 0)
    let factors = TrainingFactors(
      matrix: matrix, groupedMatrix: grouped[0], groupedPerExpert: Seconds(grouped[3]),
      attention: attention, quality: quality)
    return TrainingFit(factors: factors, passes: passes)
  }

  private func trainingPoints(_ profile: KernelProfile) -> [TrainingPoint] {
    let machine = MeasuredMachine(
      device: device, profile: profile, link: link, interface: interface)
    let predictor = KernelPredictor(machine)
    let points = points(on: [device.id] + assumptions.twins) { work in
      if case .training(let training) = work { training } else { nil }
    }
    return points.compactMap { point in
      guard case .time(let time) = predictor.predict(.training(point.work)) else { return nil }
      let (measured, predicted) = (exp(point.logTime), time.value)
      switch point.work {
      case .matrix(let product):
        return TrainingPoint(
          pass: .init(family: .matrix, pass: product.pass), measured: measured,
          predicted: predicted)
      case .grouped(let product):
        return TrainingPoint(
          pass: .init(family: .grouped, pass: product.pass), measured: measured,
          predicted: predicted, groups: product.groups)
      case .memory: return nil
      case .attention(_, let backward, _):
        return TrainingPoint(
          pass: .init(family: .attention, pass: backward ? .inputGradient : .forward),
          measured: measured, predicted: predicted)
      }
    }
  }

  /// The factors of a forward product, of its two gradients, and the seconds for each expert.
  private func groupedFactors(
    _ points: [TrainingPoint], _ matrix: Double
  ) throws -> [Double] {
    guard points.count >= 8 else { return [matrix, 1, 1, 0] }
    let fit = NonlinearFit(
      start: [log(matrix), 0, 0, log(2e-6)], count: points.count, outlierScale: 0.1,
      priorWeight: 0.1)
    return try fit.solve { parameters, out in
      for (index, point) in points.enumerated() {
        out[index] = log(groupedTime(point, parameters.map { exp($0) }) / point.measured)
      }
    }.map { exp($0) }
  }

  private func groupedTime(_ point: TrainingPoint, _ factors: [Double]) -> Double {
    let slowdown = point.pass.pass.slowdown(factors[1], factors[2])
    return point.predicted * factors[0] * slowdown + point.groups * factors[3]
  }
}

extension MatrixPass {
  fileprivate func slowdown(_ inputGradient: Double, _ weightGradient: Double) -> Double {
    switch self {
    case .forward: 1
    case .inputGradient: inputGradient
    case .weightGradient: weightGradient
    }
  }
}
