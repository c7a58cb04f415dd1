import CSV
import Calibration
import Foundation
import Hardware
import MoEKernel
import Reports
import Testing
import Units

@Suite("Reports on this machine")
struct HostReportTests {
  private func comparison(measured: Double, predicted: Double) -> HostComparison {
    var shape = MeasuredShape(.experts, sequenceLength: 64, hidden: 64)
    shape.experts = 4
    return HostComparison(
      HostTime(device: "host-2", shape: shape, pass: .forward, time: Seconds(measured)),
      predicted: .init(analytical: Seconds(predicted), simulated: Seconds(2 * predicted)))
  }

  // Errors of +10, -20 and +30 %: the median of their amounts is 20 %, their 90th percentile
  // 20 + 0.8 · 10 = 28 %, the bias +10 %. Simulated: 120, 60 and 160 %.
  @Test("errors of both estimators are summed up by part, and of all parts")
  func validation() throws {
    let report = HostValidationReport([
      comparison(measured: 1, predicted: 1.1), comparison(measured: 1, predicted: 0.8),
      comparison(measured: 2, predicted: 2.6),
    ])
    let summary = try CSVTable(CSVReader(text: report.summary.csvText, name: "summary.csv"))
    #expect(summary.rows.map { $0["part"] } == ["experts", "all"])
    for row in summary.rows {
      #expect(row["passes"] == "3")
      #expect(row["median_error_percent"] == "20.0")
      #expect(row["p90_error_percent"] == "28.0")
      #expect(row["bias_percent"] == "10.0")
      #expect(row["simulated_median_percent"] == "120.0")
    }
    let rows = try CSVTable(CSVReader(text: report.rows.csvText, name: "validation.csv")).rows
    #expect(rows.map { $0["analytical_error_percent"] } == ["10.0", "-20.0", "30.0"])
  }

  private func fleet(_ cores: Int, _ rate: Double, _ measured: Double, _ predicted: Double)
    -> TrainedFleet
  {
    TrainedFleet(
      name: "host-\(cores)", cores: cores, pricedAs: "some fleet",
      price: Price(
        rate: Sourced(Money(rate) / Seconds.hour, .specified, source: "a test"),
        basis: .rentalList, date: "2026-01", quoted: "\(rate) RMB/h", list: "a list"),
      tokens: Tokens(1000), loss: 2, measured: Seconds(measured),
      predicted: .init(analytical: Seconds(predicted), simulated: Seconds(predicted)))
  }

  // Measured 1 - 6 · 2 / (20 · 1) = 40 %, predicted 1 - 6 · 1.9 / 20 = 43 %.
  @Test("time, cost and saving of two fleets stand side by side, and how far apart the savings are")
  func trial() throws {
    let report = FleetTrialReport(
      FleetTrial(strong: fleet(2, 20, 3600, 3600), weak: fleet(1, 6, 7200, 6840)), currency: "RMB")
    let rows = try CSVTable(CSVReader(text: report.rows.csvText, name: "comparison.csv")).rows
    #expect(rows.map { $0["price_rmb_per_hour"] } == ["20.00", "6.00"])
    #expect(rows.map { $0["measured_cost_rmb"] } == ["20.000000", "12.000000"])
    #expect(rows.map { $0["measured_saving_percent"] } == ["", "40.00"])
    #expect(rows.map { $0["predicted_saving_percent"] } == ["", "43.00"])
    #expect(rows.map { $0["saving_error_points"] } == ["", "3.00"])
  }
}
