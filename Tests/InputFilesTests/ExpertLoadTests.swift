import Foundation
import Testing

@testable import InputFiles

@Suite("Tables of expert loads")
struct ExpertLoadTests {
  private func fault(_ text: String) throws -> String {
    let path = NSTemporaryDirectory() + "loads-\(UUID().uuidString).csv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    do {
      _ = try readExpertLoads(at: path)
      return ""
    } catch {
      return "\(error)".replacing(path, with: "loads.csv")
    }
  }

  private let good = "step,layer,expert,load\n1,0,0,30\n1,0,1,10\n"

  @Test("a good table is read")
  func reads() throws { #expect(try fault(good) == "") }

  @Test(
    "what is wrong is told with its row and column",
    arguments: [
      ("step,layer,load\n1,0,3\n", "expert: the column is missing"),
      ("step,layer,expert,load\n1,0,0,many\n", "loads.csv:2: load: 'many' is not a whole number"),
      ("step,layer,expert,load\n1,0,0,-3\n", "loads.csv:2: load: '-3' is below 0"),
      ("step,layer,expert,load\n1,0,0,3\n1,0,0,4\n", "loads.csv:3: expert: '0' stands twice"),
      ("step,layer,expert,load\n1,0,0,3\n1,1,0,4\n1,1,1,4\n", "loads.csv:4: expert: not every"),
      ("step,layer,expert,load\n1,0,0,\"3\n", "a quoted field of this row never ends"),
      ("step,layer,expert,load\n1,0,0,0\n", "or all are 0"),
    ])
  func faults(text: String, words: String) throws { #expect(try fault(text).contains(words)) }
}
