import Testing

@testable import InputFiles

@Suite("A sweep is weighed before anything is answered")
struct SweepQuestionTests {
  /// The faults of a sweep over ranges of the scenario's own numbers.
  private func faults(_ fields: String, allowsAny: Bool = false) throws -> [String] {
    let text = Project.scenario.replacing(
      "plan: best", with: "plan: {pipeline: 8}\nsweep: {fields: [\(fields)]}")
    let project = try Project([Project.scenarioPath: text])
    let catalog = try project.catalog()
    do throws(Faults) {
      _ = try catalog.sweep(
        at: project.path(Project.scenarioPath), allowsAny: allowsAny)
      return []
    } catch {
      return error.faults.map(\.cause.words)
    }
  }

  @Test("whole numbers without a count are all met, and too many points are refused with counts")
  func tooMany() throws {
    let grid = """
      {field: training.global_batch, from: 1, to: 100000000}, \
      {field: devices, from: 1, to: 10000000}
      """
    #expect(
      try faults(grid) == [
        """
        makes 1000000000000000 points (100000000 of training.global_batch, 10000000 of devices), \
        more than 1000000000. Vary less, draw points with 'draw', or say '--yes'.
        """
      ])
    #expect(try faults(grid, allowsAny: true) == [])
  }

  @Test("a field that does not exist is refused before anything is written")
  func unknownField() throws {
    #expect(
      try faults("{field: training.global_bach, values: [8960]}").first?
        .hasPrefix("unknown key. Did you mean 'global_batch'?") == true)
  }
}
