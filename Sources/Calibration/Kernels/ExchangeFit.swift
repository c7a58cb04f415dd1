import CostModel
import Foundation
import Hardware
import Units

/// Fits the curve of one phase of the expert exchange, inside a domain or between domains.
struct ExchangeFit {
  let device: Device
  let link: BytesPerSecond
  let interface: BytesPerSecond?
  let ranksPerDomain: Int
  let tableNetwork: ExchangeCurve.TableNetwork?

  func fit(_ points: [FitPoint<KernelMeasurement.Exchange>]) throws -> ExchangePhaseCurve {
    let between = points.contains { $0.work.domains > 1 }
    let fit = CurveFit<KernelMeasurement.Exchange, ExchangePhaseCurve>(
      start: [log(40), log(15), log(0.9), log(0.5), log(50), log(5), 2, 1.5],
      curve: { parameters in
        ExchangePhaseCurve(
          launch: Seconds(1e-6 * .positive(parameters[0])),
          copying: .init(
            unitRate: .positive(parameters[1]) * BytesPerSecond.GBps,
            unitExponent: .positive(parameters[2]), copyShare: .positive(parameters[3]),
            perToken: Seconds(1e-9 * .positive(parameters[4])),
            perChoice: Seconds(1e-9 * .positive(parameters[5]))),
          scaleUpEfficiency: .share(parameters[7]), scaleOutEfficiency: .share(parameters[6]))
      },
      time: { curve, exchange in
        let curves = ExchangeCurve(
          dispatch: curve, combine: curve, ranksPerDomain: ranksPerDomain)
        return KernelModel(device: device, profile: .bare(exchange: curves))
          .exchange(
            exchange.shape(ranksPerDomain: ranksPerDomain), link: link,
            interface: interface(to: exchange.domains)
          ).value
      },
      grids: between ? Self.betweenDomains : Self.insideDomain, outlierScale: 0.05)
    let result = try fit.fit(points)
    var curve = result.curve
    curve.quality = result.quality
    curve.corrections = result.grids
    return curve
  }

  private func interface(to domains: Int) -> BytesPerSecond? {
    guard let tableNetwork, domains >= tableNetwork.domains else { return interface }
    return interface.map { $0 * tableNetwork.share }
  }

  private static let units = CorrectionGrid.Axis(.computeUnits, [4, 8, 12, 16, 20, 24])
  private static let tokens = CorrectionGrid.Axis(.tokens, [512, 8192, 131_072])

  private static var betweenDomains: [GridFit<KernelMeasurement.Exchange>] {
    [
      GridFit(
        axes: [units, tokens, .init(.domains, [2, 4])], stiffness: [0.04, 0.36, 0.01],
        ridge: 0.01, placement: place)
    ]
  }

  private static var insideDomain: [GridFit<KernelMeasurement.Exchange>] {
    [
      GridFit(
        axes: [units, tokens, .init(.topK, [1, 8])], stiffness: [0.04, 0.36, 0.09], ridge: 0.01,
        placement: place),
      GridFit(
        axes: [
          .init(.hidden, [2048, 3072, 4096, 5120, 6144, 7168]), .init(.topK, [1, 2, 4, 8, 22]),
        ], stiffness: [0.09, 0.09], ridge: 0.01, placement: place),
    ]
  }

  private static func place(
    _ exchange: KernelMeasurement.Exchange, _ variable: CorrectionGrid.Variable
  ) -> Double {
    switch variable {
    case .tokens: exchange.tokens
    case .hidden: exchange.hidden
    case .topK: exchange.topK
    case .domains: Double(exchange.domains)
    default: exchange.computeUnits
    }
  }
}
