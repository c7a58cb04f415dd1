import CSV
import Testing

@Suite("Broken CSV")
struct CSVFaultTests {
  @Test("an empty file and a lone header are faults")
  func nothingThere() {
    #expect(faults("") == ["t.csv: the file is empty. Its first line must name the columns."])
    #expect(faults("\n \r\n") == faults(""))
    #expect(faults("a,b\n") == ["t.csv: the file has a header but no rows. Add at least one."])
  }

  @Test("all faults of a header are told at once, with its columns")
  func header() {
    #expect(
      faults("a,a,,b\n1,2,3,4\n", required: ["id", "b"]) == [
        "t.csv:1: a: two columns have this name. Rename or remove one.",
        "t.csv:1: column 3 has no name. Name it in the header, or remove it.",
        "t.csv:1: id: the column is missing. The header has 'a', 'a', '', 'b'.",
      ])
  }

  @Test("every ragged row is told, with its count of fields")
  func ragged() {
    let tail = "Quote a field that holds a comma or a line break, and keep empty fields."
    #expect(
      faults("a,b\n1\n1,2\n1,2,3\n") == [
        "t.csv:2: the row has 1 field, but the header has 2. \(tail)",
        "t.csv:4: the row has 3 fields, but the header has 2. \(tail)",
      ])
  }

  @Test("the reading ends after 20 faults")
  func manyFaults() {
    let text = "a,b\n" + String(repeating: "1\n", count: 1000)
    #expect(faults(text).count == 20)
  }

  @Test("a stray quote is told with its line and never swallows rows")
  func strayQuote() {
    let remedy = "Put the whole field in quotes and double each quote inside it."
    #expect(
      faults("a,b\n1,2\n3\",4\n5,6\n") == [
        "t.csv:3: a quote is out of place in the row that begins on line 3. \(remedy)"
      ])
    #expect(
      faults("a,b\n\"1,2\n\"3,4\n") == [
        "t.csv:3: a quote is out of place in the row that begins on line 2. \(remedy)"
      ])
  }

  @Test("a quote that never closes is told with the line of its row")
  func unterminated() {
    #expect(
      faults("a,b\n1,2\n\"3,4\n5,6\n") == [
        "t.csv:3: a quoted field of this row never ends. Add the closing quote."
      ])
  }

  @Test("NUL bytes and other encodings are refused")
  func encodings() {
    let nul = faults(bytes: Array("a,b\n1,".utf8) + [0] + Array("\n".utf8))
    #expect(nul == ["t.csv:2: the text holds a NUL byte. Save the file as UTF-8 text."])
    let latin = faults(bytes: Array("a,b\n1,caf".utf8) + [0xE9, 0x0A])
    #expect(latin == ["t.csv:2: the text is not valid UTF-8. Save the file as UTF-8 text."])
    // UTF-16 begins with a mark that no UTF-8 text holds.
    #expect(faults(bytes: [0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00]).count == 1)
  }

  @Test("a field past the limit is refused, not gathered")
  func longField() {
    let text = "a,b\n1,\"" + String(repeating: "x,\n", count: 500_000)
    #expect(
      faults(text) == [
        "t.csv:2: a field is longer than 1048576 bytes. Look for a missing closing quote."
      ])
  }

  @Test("a table past the limit is refused")
  func largeTable() {
    #expect(throws: CSVError.self) {
      try CSVTable(CSVReader(text: "a,b\n12345,67890\n", name: "t.csv"), limit: 10)
    }
  }

  @Test("a missing file and a directory are faults with the system's reason")
  func unreadable() {
    #expect(words(path: "/nonexistent/t.csv").contains("No such file or directory"))
    #expect(words(path: "/").contains("Is a directory"))
  }

  private func words(path: String) -> String {
    do {
      _ = try CSVTable(path: path)
      return "no fault"
    } catch {
      return "\(error)"
    }
  }
}
