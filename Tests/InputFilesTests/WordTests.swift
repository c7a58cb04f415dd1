import Hardware
import Testing

@testable import InputFiles

@Suite("Words and dates")
struct WordTests {
  @Test(
    "the nearest word is the one that was meant",
    arguments: [
      ("modle", "model"), ("Model", "model"), ("global-batch", "global_batch"),
      ("seq_length", "sequence_length"), ("h80", "h800"), ("ling-plsu", "ling-plus"),
    ])
  func near(word: String, meant: String) {
    let words = ["model", "models", "global_batch", "sequence_length", "h20", "h800", "ling-plus"]
    #expect(nearest(to: word, among: words) == meant)
  }

  @Test("nothing is near to a word of another kind", arguments: ["colour", "", "x", "Q"])
  func far(word: String) {
    #expect(nearest(to: word, among: ["model", "fleets", "plan", "K"]) == nil)
  }

  // Each of insertion, removal, replacement and swap of neighbours costs 1.
  @Test(
    "the distance of two words is the fewest edits",
    arguments: [
      ("abc", "abc", 0), ("", "abc", 3), ("abc", "ab", 1), ("abc", "axc", 1), ("abc", "acb", 1),
      ("kitten", "sitting", 3),
    ])
  func distance(a: String, b: String, edits: Int) {
    #expect(editDistance(Array(a), Array(b)) == edits)
    #expect(editDistance(Array(b), Array(a)) == edits)
  }

  @Test("a date is a year, a month or a day that there is")
  func dates() {
    #expect(CalendarDate("2025") != nil)
    #expect(CalendarDate("2025-03") != nil)
    #expect(CalendarDate("2024-02-29") != nil)
    for text in [
      "2025-13", "2025-00", "2025-02-29", "2025-3", "25-03", "2025-03-10-1", "2025-", "March 2025",
      "1899", "20250310", "",
    ] {
      #expect(CalendarDate(text) == nil, "\(text)")
    }
  }

  @Test("a month counts as its middle and a year as its own")
  func order() throws {
    let dates = ["2024", "2024-12-31", "2025-01", "2025-01-31", "2025-03-01", "2025-03"]
      .compactMap { CalendarDate($0) }
    #expect(dates.count == 6)
    #expect(dates == dates.sorted())
  }

  @Test("faults of one file stand together and by line, each once")
  func sorted() {
    func fault(_ file: String, _ line: Int) -> Fault {
      Fault(.yaml(.tab), at: Place(file: file, line: line))
    }
    let faults = Faults([
      fault("b", 9), fault("a", 2), fault("b", 1), fault("a", 2), fault("a", 1),
    ])
    #expect(faults.faults == [fault("b", 1), fault("b", 9), fault("a", 1), fault("a", 2)])
  }

  @Test("no more than fifty faults are written out, and the rest is counted")
  func many() {
    let faults = Faults((1...60).map { Fault(.yaml(.tab), at: Place(file: "a", line: $0)) })
    let lines = faults.description.split(separator: "\n")
    #expect(lines.count == 51)
    #expect(lines.last == "and 10 more")
  }
}
