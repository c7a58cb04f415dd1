import Foundation
import Testing

@testable import InputFiles

/// One mistake and more for every key that a scenario can have.
@Suite("Each mistake in a scenario gets one sentence that says how to mend it")
struct ScenarioMistakeTests {
  @Test("in what is asked", arguments: Mistake.asked)
  func asked(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the recipe", arguments: Mistake.training)
  func training(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the fleets", arguments: Mistake.fleets)
  func fleets(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the plan", arguments: Mistake.plan)
  func plan(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the search", arguments: Mistake.search)
  func search(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the sweep", arguments: Mistake.sweep)
  func sweep(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the faults of the fabric", arguments: Mistake.faults)
  func faults(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the fleets that train together", arguments: Mistake.mixes)
  func mixes(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the budget", arguments: Mistake.budget)
  func budget(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in the quoted figures", arguments: Mistake.references)
  func references(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test(
    "in how the run goes",
    arguments: Mistake.run + Mistake.runOfFleet + Mistake.stragglers + Mistake.uncertainty)
  func run(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  @Test("in when and where fleets are had", arguments: Mistake.market)
  func market(mistake: Mistake) throws {
    try expectFaults(of: mistake)
  }

  private func expectFaults(
    of mistake: Mistake, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let found = try Project.faults(scenario: mistake.made(in: Project.scenario))
    let prefix = Project.scenarioPath + ":"
    expect(
      found.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 },
      mistake.faults, sourceLocation: sourceLocation)
  }

  @Test("the table of mistakes leaves out no key")
  func complete() throws {
    var told: Set<String> = []
    for mistake in Mistake.all {
      let project = try Project([Project.scenarioPath: mistake.made(in: Project.scenario)])
      let faults = try project.catalog().check(project.path(Project.scenarioPath))
      told.formUnion(faults.map { $0.place.key.replacing(/\[\d+\]/, with: "") })
    }
    #expect(keys(of: Form.scenario.fields()).filter { !told.contains($0) } == [])
  }

  private func keys(of fields: [Table.Field], in path: String = "") -> [String] {
    fields.flatMap { field in
      [joined(path, field.key)] + keys(of: field.nested(), in: joined(path, field.key))
    }
  }
}
