import Foundation
import Planner
import Testing

@testable import InputFiles

@Suite("A sweep is weighed before anything is answered")
struct SweepQuestionTests {
  private func read(
    _ fields: String, allowsAny: Bool = false, in project: inout Project?
  ) throws(Faults) -> SweepQuestion {
    let text = Project.scenario.replacing(
      "plan: best", with: "plan: {pipeline: 8}\nsweep: {fields: [\(fields)]}")
    let made = try! Project([Project.scenarioPath: text])
    project = made
    let catalog = try Catalog(root: made.root)
    return try catalog.sweep(at: made.path(Project.scenarioPath), allowsAny: allowsAny)
  }

  /// The faults of a sweep over the scenario's own fields, without the file's name.
  private func faults(_ fields: String, allowsAny: Bool = false) -> [String] {
    var project: Project?
    do throws(Faults) {
      _ = try read(fields, allowsAny: allowsAny, in: &project)
      return []
    } catch {
      let file = project?.path(Project.scenarioPath) ?? ""
      return error.faults.map {
        $0.description.replacingOccurrences(of: "\(file):", with: "")
      }
    }
  }

  /// The values of the first field.
  private func values(_ field: String) throws -> [String] {
    var project: Project?
    let axis = try read(field, in: &project).sweep.axes[0]
    return (0..<axis.count).map(axis.text)
  }

  @Test("whole numbers without a count are all met, and too many points are refused with counts")
  func tooMany() throws {
    let grid = """
      {field: training.global_batch, from: 1, to: 100000000}, \
      {field: devices, from: 1, to: 5000000}
      """
    #expect(
      faults(grid) == [
        """
        8: sweep: makes 1000000000000000 rows (100000000 of training.global_batch, 5000000 of \
        devices, 2 of models and fleets), more than 1000000000. Vary less, draw points with 'draw', \
        or say '--yes'.
        """
      ])
    #expect(faults(grid, allowsAny: true) == [])
    let more = grid + ", {field: deadline, values: [1 d, 2 d]}"
    #expect(
      faults(more, allowsAny: true).first?
        .hasSuffix("more than 1000000000000000. Vary less or draw points with 'draw'.") == true)
  }

  @Test("all that is wrong with a sweep is told at once, each where it stands in the block")
  func together() {
    let fields = """

        {field: training.global_bach, values: [8960]},
        {field: devices, from: 8, to: 2},
        {field: plan.tensor, values: [1, two]},
        {field: plan.tensor, values: [4]},
        {field: sweep.draw.points, values: [4]},
        {field: training.tokens, values: [1 T, 2 T, 1 T]},
        {field: fleets, values: ['[strong]', '[strong, other]']},
        {field: training.precision, values: [bf16, fp9]}
      """
    let told = faults(fields)
    let places = [
      "9: sweep.fields[1].field: unknown key. Did you mean 'global_batch'?",
      "10: sweep.fields[2].to: 2 is not above 'from', 8. Swap the two.",
      "11: sweep.fields[3].values[2]: 'two' is not a number.",
      "12: sweep.fields[4].field: is varied by 'plan.tensor' already.",
      "13: sweep.fields[5].field: is the sweep itself",
      "14: sweep.fields[6].values[3]: '1 T' stands twice",
      "16: sweep.fields[8].values[2]: 'fp9'",
    ]
    #expect(told.count == places.count)
    for (fault, place) in zip(told, places) {
      #expect(fault.hasPrefix(place), "\(fault)")
    }
  }

  @Test("every point asks for as many models and fleets as the scenario")
  func rows() {
    #expect(
      faults("{field: fleets, values: ['[strong]', '[strong, other]']}").map { $0.prefix(33) }
        == ["8: sweep.fields[1].values[1]: ask"])
  }

  // From 0 to 1 by quarters; whole tensor ranks from 1 to 3, each once, although six were asked for.
  @Test("a range is whole where its field takes whole numbers only, and meets none twice")
  func whole() throws {
    #expect(
      try values("{field: training.routing.zipf, from: 0, to: 1, count: 5}").map { Double($0) }
        == [0, 0.25, 0.5, 0.75, 1])
    #expect(try values("{field: plan.tensor, from: 1, to: 3, count: 6}") == ["1", "2", "3"])
    #expect(
      try values("{field: plan.tensor, from: 1, to: 8, log: true, count: 4}") == [
        "1", "2", "4", "8",
      ])
    // Beyond the whole numbers that a double holds: told, not counted.
    #expect(!faults("{field: training.tokens, from: 1, to: 1e19, count: 3}").isEmpty)
  }
}
