public import Hardware

/// Which published runs moved the constants of the software stacks.
///
/// A stack whose constants are fitted was fitted to the odd-numbered rows of tiers A and B of the
/// project's own runs, and to no others: its profile says so where the constants stand.
public struct RunTraining: Sendable {
  public enum Status: String, Sendable, CaseIterable {
    /// The row moved a constant of its stack.
    case trained
    /// It moved none, but other rows of its source did.
    case knownStack = "known stack"
    /// Nothing from its source moved a constant of its stack.
    case unseenSource = "source never seen"
    /// Its stack was fitted again without its source.
    case leftOut = "source left out"
  }

  private struct Pair: Hashable {
    var series: String
    var stack: String
  }

  private var rows: Set<RunLabel> = []
  private var sources: Set<Pair> = []

  /// Nothing was fitted.
  public init() {}

  /// - Parameters:
  ///   - rows: The project's own runs.
  ///   - stack: The stack that a run's words mean; nil where there is none.
  public init(rows: [PublishedRow], stack: (RunHardware) -> SoftwareStack?) {
    for row in rows where row.label.mayHaveTrained {
      guard case .success(let run) = row.content, run.observation != nil,
        let stack = stack(run.hardware), stack.isFitted
      else { continue }
      self.rows.insert(run.label)
      sources.insert(Pair(series: run.label.series, stack: stack.id))
    }
  }

  /// What a row of whatever file, known by its id and its number, did for its stack.
  func status(of label: RunLabel, stack: SoftwareStack) -> Status {
    if rows.contains(label) { return .trained }
    let isKnown = sources.contains(Pair(series: label.series, stack: stack.id))
    return isKnown ? .knownStack : .unseenSource
  }
}

extension RunLabel {
  /// Whether the row is one of those that stacks are fitted to: odd-numbered, of tier A or B.
  public var mayHaveTrained: Bool {
    let digits = id.reversed().drop { !$0.isNumber }.prefix { $0.isNumber }
    let isOdd = Int(String(digits.reversed())).map { $0 % 2 == 1 } ?? false
    return isOdd && ["A", "B"].contains(tier)
  }
}

extension SoftwareStack {
  /// Whether any of its constants is fitted to runs.
  var isFitted: Bool { quality.map { $0.trained.runs > 0 } ?? false }
}
