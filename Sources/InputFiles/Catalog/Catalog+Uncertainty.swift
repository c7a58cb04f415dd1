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
      let addresses = inputs.map { FieldAddress(file: $0.file, key: $0.key) }
      // Files whose values stay are not read again. A draw that differs from the last whole one in one
      // input is made from that, so that only one file is read for it.
      var whole = try Catalog(root: root, scenario: path)
      var drawn: [Double] = []
      return { values in
        let overrides = inputs.indices.map {
          Override(addresses[$0], inputs[$0].text(values[$0]))
        }
        let catalog = try whole.overriding(overrides)
        let scenario = try catalog.scenario(at: path, keepsInputs: false)
        if zip(values, drawn).count(where: { $0 != $1 }) != 1 { (whole, drawn) = (catalog, values) }
        return scenario
      }
    }
  }
}
