import Foundation
import Testing

@testable import InputFiles

@Suite("The pages about input files")
struct DocumentationTests {
  private func page(_ name: String) throws -> String {
    try String(contentsOfFile: "\(shippedCatalog().root)/docs/\(name)", encoding: .utf8)
  }

  @Test("every key of every profile and model file is described")
  func profileKeys() throws {
    let page = try page("profile-files.md")
    let catalog = try shippedCatalog()
    let kinds = [
      catalog.devices.fields, catalog.fabrics.fields, catalog.kernels.fields,
      catalog.reliability.fields, catalog.sites.fields, catalog.ownership.fields,
      catalog.stacks.fields, catalog.prices.fields, catalog.exchangeRates.fields,
      catalog.fleets.fields, catalog.models.fields, catalog.exportRules.fields,
    ]
    for fields in kinds {
      let missing = fields.map(\.key).filter { !page.contains("`\($0)`") }
      #expect(missing == [])
      #expect(!fields.isEmpty)
    }
  }

  @Test("every key of a scenario is described, and whether it must be there")
  func scenarioKeys() throws {
    let page = try page("scenario-file.md")
    for field in try shippedCatalog().scenarios.fields where field.key != "model" {
      let needed = field.isRequired ? "yes" : "no"
      let row = "| `\(field.key)` | \(field.key == "models" ? "these two" : needed) |"
      #expect(page.contains(row), "\(row)")
    }
  }
}
