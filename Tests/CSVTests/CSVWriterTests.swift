import Testing

@testable import CSV

@Suite("Writing CSV")
struct CSVWriterTests {
  @Test("only fields that need quotes get them")
  func quotes() {
    var writer = CSVWriter(columns: ["id", "note"])
    writer.append(["12.5", "plain text"])
    writer.append(["1e6", "a, b"])
    writer.append(["", "say \"so\""])
    #expect(writer.text == "id,note\n12.5,plain text\n1e6,\"a, b\"\n,\"say \"\"so\"\"\"\n")
  }

  @Test("what is written reads back the same")
  func roundTrip() throws {
    let fields = ["", " led", "trailed ", "a\nb", "a\r\nb", "\"", "\"\"", ",", "日本", "\t"]
    let columns = fields.indices.map { "c\($0)" }
    var writer = CSVWriter(columns: columns)
    writer.append(fields)
    let table = try CSVTable(CSVReader(text: writer.text, name: "t.csv"))
    #expect(table.rows.map(\.fields) == [fields])
  }

  @Test("an empty field that is a whole row survives as a row")
  func loneEmptyField() throws {
    var writer = CSVWriter(columns: ["a"])
    writer.append([""])
    let table = try CSVTable(CSVReader(text: writer.text, name: "t.csv"))
    #expect(table.rows.map(\.fields) == [[""]])
  }
}
