import Foundation
import Testing

@testable import InputFiles

@Suite("The files that the project ships")
struct ShippedFilesTests {
  @Test(
    "every file among the profiles and scenarios is of a known kind",
    arguments: ["hardware-profiles", "scenarios"])
  func allKnown(folder: String) throws {
    let catalog = try shippedCatalog()
    let known = FileKind.allCases.flatMap { kind in
      catalog.ids(of: kind).map { "\(kind.folder)/\($0).yaml" }
    }
    let there = try FileManager.default.subpathsOfDirectory(atPath: "\(catalog.root)/\(folder)")
      .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
    #expect(there.map { "\(folder)/\($0)" }.filter { !known.contains($0) } == [])
  }

  @Test("every one starts with a comment that says what it answers")
  func allExplained() throws {
    let catalog = try shippedCatalog()
    for kind in FileKind.allCases {
      for id in catalog.ids(of: kind) {
        let path = "\(catalog.root)/\(kind.folder)/\(id).yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasPrefix("# "), "\(kind.folder)/\(id).yaml")
      }
    }
  }
}
