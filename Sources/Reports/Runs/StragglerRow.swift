import Hardware
import Planner
import TrainingRun

/// Steps a second on a number of devices, as stragglers fitted to one number of them tell, beside what was
/// measured: `stragglers.csv`.
struct StragglerRow: Sendable {
  var devices: Int
  var study: StragglerStudy
  private var measured: StragglerStudy.Observation? { study.observation(on: devices) }

  static let columns: [Column<StragglerRow>] =
    [
      Column(count: "devices", \.devices),
      Column("fitted_here", { $0.isFittedHere ? "yes" : "no" }),
      Column("synchronous_measured_per_s", { $0.measured?.synchronous }, decimals: 4),
    ]
    + rateColumns("synchronous", { $0.synchronous }, of: { $0.synchronous })
    + [Column("local_measured_per_s", { $0.measured?.local }, decimals: 4)]
    + rateColumns("local", { $0.local }, of: { $0.local })

  /// The short form for a terminal.
  static let terminalColumns: [Column<StragglerRow>] = [
    Column(count: "devices", \.devices),
    Column("synchronous", { $0.measured?.synchronous }, decimals: 4),
    Column("one_scale", { $0.rates(oneScale)?.synchronous }, decimals: 4),
    Column("its_error_%", { $0.error(oneScale, synchronous) { $0.synchronous } }, decimals: 1),
    Column("with_limit", { $0.rates(limited)?.synchronous }, decimals: 4),
    Column("error_%", { $0.error(limited, synchronous) { $0.synchronous } }, decimals: 1),
    Column("local", { $0.measured?.local }, decimals: 4),
    Column("local_one_scale", { $0.rates(oneScale)?.local }, decimals: 4),
    Column("local_with_limit", { $0.rates(limited)?.local }, decimals: 4),
  ]

  private typealias Rates = (synchronous: Double, local: Double)
  private typealias Fit = @Sendable (StragglerStudy) -> StragglerFit?

  private static let oneScale: Fit = { $0.oneScale }
  /// With the limit that the rates came with, where they did.
  private static let limited: Fit = { $0.fit.rates.asymptote == nil ? nil : $0.fit }
  private static let synchronous: @Sendable (Rates) -> Double = { $0.synchronous }

  private static func rateColumns(
    _ name: String, _ rate: @escaping @Sendable (Rates) -> Double,
    of measured: @escaping @Sendable (StragglerStudy.Observation) -> Double?
  ) -> [Column<StragglerRow>] {
    let fits: [(String, Fit)] = [("one_scale", oneScale), ("with_limit", limited)]
    return fits.flatMap { suffix, fit in
      [
        Column("\(name)_\(suffix)_per_s", { row in row.rates(fit).map(rate) }, decimals: 4),
        Column(
          "\(name)_\(suffix)_error_percent", { $0.error(fit, rate, measured) }, decimals: 1),
      ]
    }
  }

  private var isFittedHere: Bool { devices == study.fit.rates.devices }

  private func rates(_ fit: Fit) -> Rates? { fit(study)?.rates(on: devices) }

  private func error(
    _ fit: Fit, _ rate: (Rates) -> Double,
    _ measured: (StragglerStudy.Observation) -> Double?
  ) -> Double? {
    guard let rates = rates(fit), let observed = self.measured.flatMap(measured) else { return nil }
    return 100 * (rate(rates) / observed - 1)
  }
}

extension Comparison {
  /// A row for each number of devices of a fleet, of the fit, and of other measurements, the fewest first.
  var stragglerRows: [StragglerRow] {
    guard let study = scenario.stragglers else { return [] }
    let devices =
      scenario.fleets.map(\.size) + study.others.map(\.devices) + [study.fit.rates.devices]
    return Set(devices).sorted().map { StragglerRow(devices: $0, study: study) }
  }
}
