import CostModel
import Foundation
import Hardware
import Units

/// Fits the curve of one kind of collective inside a domain: a quick protocol for small buffers,
/// an efficient one for large ones.
struct CollectiveFit {
  struct Call {
    var ranks: Int
    var payload: Double
  }

  let device: Device
  let kind: CollectiveKind
  let link: BytesPerSecond

  func fit(
    _ points: [FitPoint<Call>], scaleOutEfficiency: Double
  ) throws -> CollectiveCurve {
    // Where larger groups share a host's links, the search must start from that side.
    let starts = [-3, 0.4].map { crowding in
      [log(7), log(0.5), 0.0, 1.5, log(10), crowding]
    }
    let results = try starts.map { start in
      try curveFit(start, scaleOutEfficiency: scaleOutEfficiency).fit(points)
    }
    guard
      let best = results.min(by: { $0.quality.heldBackMedian < $1.quality.heldBackMedian })
    else { preconditionFailure("a fit has a start") }
    var curve = best.curve
    curve.quality = best.quality
    curve.correction = best.grids.first
    return curve
  }

  private func curveFit(
    _ start: [Double], scaleOutEfficiency: Double
  ) -> CurveFit<Call, CollectiveCurve> {
    CurveFit(
      start: start,
      curve: { parameters in
        let latency = Seconds(1e-6 * .positive(parameters[0]))
        let step = Seconds(1e-6 * .positive(parameters[1]))
        let efficiency = Double.share(parameters[3])
        return CollectiveCurve(
          protocols: [
            .init(
              latency: latency, latencyPerStep: step,
              efficiency: efficiency * .share(parameters[2])),
            .init(
              latency: latency + Seconds(1e-6 * .positive(parameters[4])), latencyPerStep: step,
              efficiency: efficiency),
          ], crowding: .positive(parameters[5]), scaleOutEfficiency: scaleOutEfficiency)
      },
      time: { curve, call in
        KernelModel(device: device, profile: .bare(collectives: [kind: curve]))
          .collective(kind, ranks: call.ranks, payload: Bytes(call.payload), link: link).value
      },
      grids: [
        GridFit(axes: Self.axes, stiffness: [0.36, 0.09], ridge: 0.01) { call, variable in
          variable == .payload ? call.payload : Double(call.ranks)
        }
      ], outlierScale: 0.06)
  }

  private static let axes = [
    CorrectionGrid.Axis(.payload, (0...10).map { 512 * pow(4, Double($0)) }),
    CorrectionGrid.Axis(.ranks, [2, 4, 8]),
  ]
}
