import CSV
import Fixtures
import Testing
import Units

@testable import Calibration

@Suite("Hostile files of published runs")
struct RunHostileTests {
  /// Cells that no reader hopes for.
  private static let cells = [
    "", " ", "nan", "inf", "-1", "0", "1e308", "1e-308", "99999999999999999999",
    "9223372036854775807",
    "0x10", "²", "٣", "½", "null", "not stated", "1 (width 99999999999999)", "to", "1 to", "/",
    "76/",
    "x400G", "8x", "999999999x9G IB/node", "🦙", "Llama-like", "a\nb", "\u{0}", "%", "(",
    "16 to 2 to 8",
    String(repeating: "9", count: 400), String(repeating: "x ", count: 400),
  ]

  private let validation = RunValidation(
    fleet: { (IdealFleet.fleet(size: $0.count), []) },
    estimate: { _ in .init(time: Seconds(1), allocated: .GB, shown: .GB, fits: true) })

  @Test("no cell of any column crashes the reading or the prediction")
  func anyCell() {
    let columns = Set(RunFixtures.dense.keys).union(RunFixtures.experts.keys).union([
      "notes", "interconnect", "model_key", "EP", "ETP", "routing", "metric2", "value2", "unit2",
      "metric3", "value3", "unit3", "year", "devices_per_node", "latent", "active_params_B",
    ])
    for base in [RunFixtures.dense, RunFixtures.experts] {
      for column in columns {
        for cell in Self.cells {
          let lines = validation.validate([RunFixtures.row(base, [column: cell])])
          #expect(!lines.isEmpty)
          #expect(lines.allSatisfy { !$0.status.contains("\n") })
        }
      }
    }
  }

  @Test("rows filled with one and the same cell do not crash either")
  func wholeRows() {
    for cell in Self.cells {
      let row = RunFixtures.dense.mapValues { _ in cell }
      #expect(validation.validate([RunFixtures.row(row)])[0].status.hasPrefix("skipped: "))
    }
  }

  @Test("a file without an id, a metric or a value is refused with what is missing")
  func missingColumns() {
    #expect(throws: CSVError.self) {
      try readPublishedRuns(CSVReader(text: "model,layers\nx,2\n", name: "r.csv")) { _ in nil }
    }
    do {
      _ = try readPublishedRuns(CSVReader(text: "id,metric\nx,MFU\n", name: "r.csv")) { _ in nil }
      Issue.record("a fault expected")
    } catch {
      #expect(
        "\(error)" == "r.csv:1: value: the column is missing. The header has 'id', 'metric'.")
    }
  }

  @Test("a row with little more than a measurement says what it lacks")
  func bareRow() throws {
    let rows = try readPublishedRuns(
      CSVReader(text: "id,metric,value\n,MFU,40\nx-1,MFU,40\n", name: "r.csv")
    ) { _ in nil }
    #expect(rows[0].label.id == "line-2")
    let statuses = validation.validate(rows).map(\.status)
    #expect(statuses == Array(repeating: "skipped: the row does not state layers", count: 2))
  }
}
