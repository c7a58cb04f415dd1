public import Planner
import TrainingRun

extension Catalog {
  /// The answer to a scenario file's question with its uncertain inputs drawn; nil where it has none.
  ///
  /// Each draw reads the scenario again through overrides, so that every input is checked as if it were
  /// written.
  ///
  /// - Parameter threads: How many tasks run at once; 0 is one a core. The answer does not depend on it.
  public func uncertainty(
    of comparison: Comparison, at path: String, threads: Int = 0
  ) async throws -> UncertaintyAnswer? {
    guard let study = UncertaintyStudy(comparison) else { return nil }
    let inputs = comparison.scenario.uncertain
    let root = root.isEmpty ? nil : root
    return try await study.answer(threads: threads) {
      // From draw to draw, files whose values stay are not read again.
      var catalog = try Catalog(root: root, scenario: path)
      return { values in
        let overrides = zip(inputs, values).map { input, value in
          Override(FieldAddress(file: input.file, key: input.key), input.text(value))
        }
        catalog = try catalog.overriding(overrides)
        return try catalog.scenario(at: path)
      }
    }
  }
}
