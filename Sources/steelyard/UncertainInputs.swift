import InputFiles
import Planner
import TrainingRun

extension UncertaintyStudy {
  /// The answer to a scenario file's question with its uncertain inputs drawn; nil where it asks for none.
  static func answer(
    _ comparison: Comparison, of path: String, root: String?
  ) async throws -> UncertaintyAnswer? {
    guard let study = UncertaintyStudy(comparison) else { return nil }
    let inputs = comparison.scenario.uncertain
    return try await study.answer {
      let catalog = try Catalog(root: root, scenario: path)
      return { values in
        let overrides = zip(inputs, values).map { input, value in
          Override(FieldAddress(file: input.file, key: input.key), input.text(value))
        }
        return try catalog.overriding(overrides).scenario(at: path)
      }
    }
  }
}
