import CSV
import Foundation
import Testing

/// The faults that reading a text as `t.csv` throws, in words.
func faults(_ text: String, required: [String] = []) -> [String] {
  faults(bytes: Array(text.utf8), required: required)
}

func faults(bytes: [UInt8], required: [String] = []) -> [String] {
  do {
    _ = try CSVTable(CSVReader(bytes: bytes, name: "t.csv", required: required))
    return []
  } catch let error as CSVError {
    return error.faults.map(\.description)
  } catch {
    return ["not a CSVError: \(error)"]
  }
}

func table(_ text: String) throws -> CSVTable {
  try CSVTable(CSVReader(text: text, name: "t.csv"))
}

@Suite("Reading CSV")
struct CSVReaderTests {
  @Test("a quoted field keeps commas, doubled quotes and line breaks")
  func quoting() throws {
    let table = try table("a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n1,2\n")
    #expect(table.columns == ["a", "b"])
    #expect(table.rows[0].fields == ["x, \"y\"", "two\nlines"])
    #expect(table.rows[1].fields == ["1", "2"])
  }

  @Test("each row knows the line it begins on, past line breaks in quotes and blank lines")
  func lines() throws {
    let table = try table("a,b\n\"one\ntwo\",1\n\n3,4\r\n5,6")
    #expect(table.rows.map(\.line) == [2, 5, 6])
  }

  @Test("CRLF ends, a byte order mark and a missing last line break change nothing")
  func surfaceForms() throws {
    let plain = try table("a,b\n1,2\n")
    let decorated = try table("\u{FEFF}a,b\r\n1,2")
    #expect(plain.columns == decorated.columns)
    #expect(plain.rows.map(\.fields) == decorated.rows.map(\.fields))
  }

  @Test("an absent column and an empty field read alike")
  func absence() throws {
    let row = try table("a,b\n1,\n").rows[0]
    #expect(row.text("b") == nil)
    #expect(row.text("c") == nil)
    #expect(row["c"].isEmpty)
    #expect(try row.optionalNumber("b") == nil)
  }

  @Test("a file is streamed in pieces without losing what straddles them")
  func longFile() throws {
    let path = NSTemporaryDirectory() + "csv-\(UUID().uuidString).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    // 30,000 rows of about 12 bytes span several pieces of 64 KiB.
    let rows = (0..<30_000).map { "\($0),\"v \($0)\"" }
    try ("n,text\n" + rows.joined(separator: "\n")).write(
      toFile: path, atomically: true, encoding: .utf8)
    var sum = 0
    var last: CSVRow?
    try CSVReader(path: path).forEachRow { row in
      sum += try row.integer("n")
      last = row
    }
    #expect(sum == 29_999 * 30_000 / 2)
    #expect(last?["text"] == "v 29999")
    #expect(last?.line == 30_001)
  }

  @Test("an error of the caller's own ends the reading and comes through")
  func foreignError() {
    struct Own: Error {}
    var seen = 0
    #expect(throws: Own.self) {
      try CSVReader(text: "a\n1\n2\n3\n", name: "t.csv").forEachRow { _ in
        seen += 1
        throw Own()
      }
    }
    #expect(seen == 1)
  }
}

@Suite("Numbers in CSV")
struct CSVNumberTests {
  @Test("finite decimals are numbers", arguments: ["12.5", "-3", "1e6", "+2", ".5"])
  func numbers(text: String) {
    #expect(finiteNumber(text) == Double(text))
  }

  @Test(
    "what is not a finite decimal is no number",
    arguments: ["nan", "inf", "-infinity", "0x10", "1e999", "1,000", "12 GB", "", "e", "٣"])
  func notNumbers(text: String) {
    #expect(finiteNumber(text) == nil)
  }

  @Test("a bad number is told with line, column and remedy, and all of them at once")
  func badNumbers() {
    var words: [String] = []
    do {
      try CSVReader(text: "id,layers,flops\na,6o,1\nb,2,nan\nc,,1\n", name: "t.csv").forEachRow {
        _ = try $0.integer("layers")
        _ = try $0.number("flops")
      }
    } catch {
      words = (error as? CSVError)?.faults.map(\.description) ?? []
    }
    #expect(
      words == [
        "t.csv:2: layers: '6o' is not a whole number. Write digits only.",
        "t.csv:3: flops: 'nan' is not a finite number. Write one such as 12.5 or 3e6.",
        "t.csv:4: layers: the value is empty. Write a number.",
      ])
  }
}
