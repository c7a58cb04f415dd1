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

extension DeviceFit {
  /// Ratios of training kernels to the curves, as medians; nil where the tables hold too few.
  ///
  /// - Parameter profile: Curves whose gradient passes cost as much as forward ones.
  func training(_ profile: KernelProfile) throws -> TrainingFit? {
    let points = points(on: [device.id] + assumptions.twins) { work in
      if case .training(let training) = work { training } else { nil }
    }
    guard points.count >= Self.fewest else { return nil }
    let machine = MeasuredMachine(
      device: device, profile: profile, link: link, interface: interface)
    let ratios = Ratios(points, KernelPredictor(machine))
    let matrix = ratios.median(.matrix, .forward) ?? 1
    let grouped = ratios.median(.grouped, .forward) ?? matrix
    let attention = ratios.median(.attention, .forward) ?? 1
    var passes = PassFactors()
    passes.matrixInput = (ratios.median(.matrix, .inputGradient) ?? matrix) / matrix
    passes.matrixWeight = (ratios.median(.matrix, .weightGradient) ?? matrix) / matrix
    passes.groupedInput = (ratios.median(.grouped, .inputGradient) ?? grouped) / grouped
    passes.groupedWeight = (ratios.median(.grouped, .weightGradient) ?? grouped) / grouped
    if let backward = ratios.median(.attention, .inputGradient) {
      passes.attentionBackward = backward / attention * profile.attention.backwardSlowdown
    }
    let errors = ratios.all.map { entry -> Double in
      let family = [Family.matrix: matrix, .grouped: grouped, .attention: attention][entry.family]
      let pass = ratios.median(entry.family, entry.pass).map { $0 / (family ?? 1) } ?? 1
      return abs((family ?? 1) * pass / entry.ratio - 1)
    }
    let quality = FitQuality(
      points: errors.count, heldBackMedian: Numerics.median(errors) ?? 0,
      heldBackP90: quantile(errors, 0.9) ?? 0)
    return TrainingFit(
      factors: TrainingFactors(
        matrix: matrix, groupedMatrix: grouped, attention: attention, quality: quality),
      passes: passes)
  }

  private enum Family { case matrix, grouped, attention }

  /// Measured ÷ predicted of each training kernel.
  private struct Ratios {
    var all: [(family: Family, pass: MatrixPass, ratio: Double)] = []

    init(_ points: [FitPoint<KernelMeasurement.Training>], _ predictor: KernelPredictor) {
      for point in points {
        guard case .time(let time) = predictor.predict(.training(point.work)) else { continue }
        let ratio = exp(point.logTime) / time.value
        switch point.work {
        case .matrix(let pass, _, _, _): all.append((.matrix, pass, ratio))
        case .grouped(let pass, _, _, _, _): all.append((.grouped, pass, ratio))
        case .attention(_, let backward):
          all.append((.attention, backward ? .inputGradient : .forward, ratio))
        }
      }
    }

    func median(_ family: Family, _ pass: MatrixPass) -> Double? {
      Numerics.median(all.filter { $0.family == family && $0.pass == pass }.map(\.ratio))
    }
  }
}
