import CostModel
import Foundation
import Hardware
import Numerics
import Units

extension DeviceFit {
  /// The exchange inside a domain from the device's own rows; between domains also from twins'.
  func exchange() throws -> ExchangeCurve {
    let inside = exchangePoints(between: false, on: [device.id] + assumptions.twins)
    let between = exchangePoints(between: true, on: [device.id] + assumptions.twins)
    guard inside.values.contains(where: { $0.count >= Self.fewest }) else {
      return try exchangeBetween(between, inside: assumptions.exchange.map { scaled($0, inside) })
    }
    let curves = ExchangeCurve(
      dispatch: try phase(inside[.dispatch] ?? []), combine: try phase(inside[.combine] ?? []),
      ranksPerDomain: assumptions.ranksPerDomain, tableNetwork: assumptions.tableNetwork)
    return try exchangeBetween(between, inside: curves)
  }

  /// Another device's curves, its units as much quicker as the few rows of this device say.
  private func scaled(
    _ curves: ExchangeCurve, _ points: [ExchangeShape.Phase: Points]
  ) -> ExchangeCurve {
    var curves = curves
    curves.ranksPerDomain = assumptions.ranksPerDomain
    curves.tableNetwork = assumptions.tableNetwork
    curves.dispatch.scale(by: ratio(curves, points[.dispatch] ?? []))
    curves.combine.scale(by: ratio(curves, points[.combine] ?? []))
    return curves
  }

  /// Measured ÷ predicted, the median.
  private func ratio(_ curves: ExchangeCurve, _ points: Points) -> Double {
    let machine = MeasuredMachine(
      device: device, profile: .bare(exchange: curves), link: link, interface: interface)
    let predictor = KernelPredictor(machine)
    let ratios = points.compactMap { point -> Double? in
      guard case .time(let time) = predictor.predict(.exchange(point.work)) else { return nil }
      return exp(point.logTime) / time.value
    }
    return median(ratios) ?? 1
  }

  private typealias Points = [FitPoint<KernelMeasurement.Exchange>]

  private func exchangePoints(
    between: Bool, on devices: [String]
  ) -> [ExchangeShape.Phase: Points] {
    let points = points(on: devices) { work -> KernelMeasurement.Exchange? in
      guard case .exchange(let exchange) = work, (exchange.domains > 1) == between else {
        return nil
      }
      return exchange
    }
    return Dictionary(grouping: points) { $0.work.phase }
  }

  private func exchangeBetween(
    _ points: [ExchangeShape.Phase: Points], inside: ExchangeCurve?
  ) throws -> ExchangeCurve {
    guard var curves = inside else {
      throw KernelCalibrationError(device: device.id, .missing("expert exchange"))
    }
    if let dispatch = points[.dispatch], dispatch.count >= Self.fewest {
      curves.dispatchBetweenDomains = try phase(dispatch)
    }
    if let combine = points[.combine], combine.count >= Self.fewest {
      curves.combineBetweenDomains = try phase(combine)
    }
    return curves
  }

  private func phase(_ points: Points) throws -> ExchangePhaseCurve {
    try ExchangeFit(
      device: device, link: requireLink("expert exchange"), interface: interface,
      ranksPerDomain: assumptions.ranksPerDomain, tableNetwork: assumptions.tableNetwork
    ).fit(try require(points, "expert exchange of one phase"))
  }

  /// One curve for each kernel and format of the tables, in alphabetical order.
  func fusedExperts(_ matrix: [MatrixFormat: MatrixCurve]) throws -> [FusedExpertsCurve] {
    let points = points { work -> KernelMeasurement.FusedExperts? in
      if case .fusedExperts(let experts) = work { experts } else { nil }
    }
    let kinds = Dictionary(grouping: points) { "\($0.work.kernel) \($0.work.format.rawValue)" }
    return try kinds.sorted { $0.key < $1.key }.compactMap { _, points in
      guard points.count >= Self.fewest, let first = points.first?.work else { return nil }
      let best = (matrix[first.format] ?? matrix[.bf16])?.efficiency ?? 1
      let fit = FusedExpertsFit(
        device: device, kernel: first.kernel, format: first.format, gated: first.isGated,
        bestEfficiency: best)
      return try fit.fit(
        shapes(points),
        relatives: relatives { work in
          guard case .fusedExperts(let experts) = work, experts.kernel == first.kernel,
            experts.format == first.format
          else { return nil }
          return experts
        }.map { ($0, shapes($1)) })
    }
  }

  private func shapes(
    _ points: [FitPoint<KernelMeasurement.FusedExperts>]
  ) -> [FitPoint<FusedExpertsShape>] {
    points.map { point in
      FitPoint(
        work: point.work.shape(tile: FusedExpertsFit.rowTile), logTime: point.logTime,
        weight: point.weight, isHeldBack: point.isHeldBack, place: point.place)
    }
  }

  /// The grouped product of each format: that of the kernel which is quickest on a training shape.
  func grouped(
    _ fused: [FusedExpertsCurve], _ matrix: [MatrixFormat: MatrixCurve]
  ) throws -> [MatrixFormat: GroupedMatrixCurve] {
    var curves: [MatrixFormat: GroupedMatrixCurve] = [:]
    for format in MatrixFormat.allCases {
      let model = KernelModel(device: device, profile: .bare())
      let quickest = fused.filter { $0.format == format && $0.gated }.min {
        model.fusedExperts(Self.trainingShape, $0).time
          < model.fusedExperts(Self.trainingShape, $1).time
      }
      guard var curve = quickest?.product else { continue }
      curve.launch = curve.launch / 2
      curve.inputGradientSlowdown = assumptions.passes.groupedInput
      curve.weightGradientSlowdown = assumptions.passes.groupedWeight
      curve.quality = quickest?.quality
      curves[format] = curve
    }
    guard curves[.bf16] != nil else {
      throw KernelCalibrationError(device: device.id, .missing("bf16 fused expert layers"))
    }
    return curves
  }

  /// Eight experts of width 1536 with 2048 rows each: an expert layer as training has it.
  private static let trainingShape = FusedExpertsShape(
    tokens: 16384, hidden: 4096, sliceWidth: 1536, experts: 64, localExperts: 8,
    rows: ExpertRows(total: 16384, evenlyOver: 8))
}

extension ExchangePhaseCurve {
  fileprivate mutating func scale(by factor: Double) {
    launch = launch * factor
    guard var cost = copying else { return }
    cost.unitRate = cost.unitRate / factor
    cost.perToken = cost.perToken * factor
    cost.perChoice = cost.perChoice * factor
    copying = cost
  }
}
