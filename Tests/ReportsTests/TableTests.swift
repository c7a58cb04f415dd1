import CSV
import Reports
import Testing
import Units

private struct Step: Sendable {
  var fleet: String
  var time: Seconds?
  var mfu: Double
  var devices: Int
}

private let columns: [Column<Step>] = [
  Column("fleet", \.fleet),
  Column("step_time_ms", \.time, in: .millisecond, decimals: 1),
  Column("mfu", \.mfu, decimals: 3),
  Column(count: "devices", \.devices),
]

private let steps = [
  Step(fleet: "a, \"b\"", time: Seconds(0.01234), mfu: 0.4, devices: 8),
  Step(fleet: "plain", time: nil, mfu: 1.0 / 3, devices: 4096),
]

@Suite("Tables")
struct TableTests {
  @Test("one list of columns gives CSV with raw numbers, and quotes only where needed")
  func csv() {
    // 0.01234 s = 12.34 ms, which is 12.3 with one decimal.
    #expect(
      Table(columns: columns, rows: steps).text(.csv) == """
        fleet,step_time_ms,mfu,devices
        "a, ""b""\",12.3,0.400,8
        plain,,0.333,4096

        """)
  }

  @Test("the same columns give JSON, with null where a value is absent")
  func json() {
    #expect(
      Table(columns: columns, rows: steps).text(.json) == """
        [
          {"fleet": "a, \\"b\\"", "step_time_ms": 12.3, "mfu": 0.400, "devices": 8},
          {"fleet": "plain", "step_time_ms": null, "mfu": 0.333, "devices": 4096}
        ]

        """)
    #expect(Table(columns: columns, rows: []).text(.json) == "[]\n")
  }

  @Test("JSON escapes quotes, backslashes and control characters")
  func jsonEscapes() {
    let table = Table(columns: [Column<String>("t", { $0 })], rows: ["\"\\\n\u{1}é"])
    #expect(table.jsonText == "[\n  {\"t\": \"\\\"\\\\\\n\\u0001é\"}\n]\n")
  }

  @Test("the same columns give an aligned table: words left, numbers right")
  func terminal() {
    #expect(
      Table(columns: columns, rows: steps).text(.table) == """
                   step
        fleet   time_ms    mfu  devices
        ------  -------  -----  -------
        a, "b"     12.3  0.400        8
        plain            0.333     4096

        """)
  }

  @Test("equal rows give equal bytes")
  func deterministic() {
    let table = Table(columns: columns, rows: steps)
    for format in TableFormat.allCases { #expect(table.text(format) == table.text(format)) }
  }
}

@Suite("Tables on a terminal")
struct TableWidthTests {
  private func lines(_ table: String) -> [String] {
    table.split(omittingEmptySubsequences: false) { $0 == "\n" }.map(String.init)
  }

  @Test("no line is longer than the terminal, and long words wrap", arguments: [40, 60, 100])
  func wraps(width: Int) {
    let sentence = "every word of this long sentence must be there however narrow the terminal"
    let long = String(repeating: "x", count: 150)
    let table = Table(
      columns: [Column<String>("id", { _ in "row-1" }), Column("text", { $0 })],
      rows: [sentence, long])
    let text = table.terminalText(width: width)
    #expect(lines(text).allSatisfy { $0.count <= width })
    let words = text.split(whereSeparator: { $0 == " " || $0 == "\n" })
    #expect(sentence.split(separator: " ").allSatisfy(words.contains))
    #expect(text.count { $0 == "x" } == 151, "150, and one in 'text'")
  }

  @Test("columns that do not fit are told in further blocks that repeat the first")
  func blocks() {
    let numbers = (0..<30).map { n in Column<Int>("number_\(n)", { Double($0 + n) }, decimals: 3) }
    let table = Table(columns: [Column("id", { "row \($0)" })] + numbers, rows: [1, 2])
    let text = table.terminalText(width: 80)
    #expect(lines(text).allSatisfy { $0.count <= 80 })
    let blocks = lines(text).split(whereSeparator: \.isEmpty)
    #expect(blocks.count > 1)
    #expect(blocks.allSatisfy { block in block.contains { $0.hasPrefix("row 2") } })
    #expect(text.contains("31.000"), "the last column of the last row: 2 + 29")
  }

  @Test("ideographs fill two cells")
  func wideCharacters() {
    let table = Table(
      columns: [Column<String>("name", { $0 }), Column(count: "n", { _ in 1 })],
      rows: ["昇腾", "ab"])
    let text = lines(table.terminalText())
    #expect(text[2] == "昇腾   1")
    #expect(text[3] == "ab     1")
  }

  @Test("control characters cannot steer the terminal")
  func controlCharacters() {
    let table = Table(columns: [Column<String>("t", { $0 })], rows: ["\u{1B}[31mred\nline"])
    #expect(lines(table.terminalText())[2] == "[31mred line")
  }
}
