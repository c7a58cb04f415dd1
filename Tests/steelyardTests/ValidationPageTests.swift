import CSV
import Foundation
import Testing

/// `docs/validation.md` quotes the committed reports: a table line that begins with a report's name
/// repeats cells of one of its rows.
@Suite("The page on accuracy")
struct ValidationPageTests {
  /// The columns of a report that the page's lines repeat, in their order; the first ones name a row.
  private static let quoted = [
    "summary": [
      "grouping", "group", "predicted", "median_error_percent", "p90_error_percent",
      "bias_percent",
    ],
    "memory": [
      "grouping", "group", "predicted", "median_error_percent", "p90_error_percent",
      "bias_percent",
    ],
    "rankings": ["source", "model", "device", "layouts", "rank_correlation"],
    "out-of-memory": ["source", "fit_as_predicted", "hits", "misses", "false_alarms"],
  ]

  @Test("every number of a quoting table stands in the committed report", arguments: quoted.keys)
  func quotations(report: String) throws {
    let root = ValidationReportTests.root
    let page = try String(contentsOfFile: "\(root)/docs/validation.md", encoding: .utf8)
    let lines = page.split(separator: "\n").map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }.filter { $0.first == report }
    let columns = try #require(Self.quoted[report])
    let table = try CSVTable(path: "\(root)/reports/validation/\(report).csv")
    let rows = table.rows.map { row in columns.map { row[$0] } }
    #expect(!lines.isEmpty)
    for line in lines {
      #expect(rows.contains(Array(line.dropFirst())), "\(line) is no row of \(report).csv")
    }
  }
}
