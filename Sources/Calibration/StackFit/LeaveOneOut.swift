public import Hardware

/// Predicts the runs of each source with stacks that were fitted to all other sources only: what to
/// expect of a source that nobody fitted to.
///
/// ```
/// for each source s, for each stack that its runs mean:
///   constants = StackFit of the training rows of the stack, those of s left out
///   prediction of the runs of s with these
/// ```
/// Where fewer than two rows are left, nothing is known of the stack but its switches: the constants
/// are the prior's. Which profile a run means is chosen as ever.
public struct LeaveOneOut {
  /// The stack whose constants stand where nothing is known.
  public static let priorName = "general"

  public var prior: SoftwareStack
  public var validation: RunValidation

  public init(prior: SoftwareStack, validation: RunValidation) {
    self.prior = prior
    self.validation = validation
  }

  /// One line for each row of speed of tiers A and B that can be predicted, in the order of the rows.
  public func lines(_ rows: [PublishedRow]) throws -> [RunComparison] {
    let judged = rows.filter { ["A", "B"].contains($0.label.tier) }
    let samples = judged.map {
      StackSample($0, validation: validation, isTraining: $0.label.mayHaveTrained)
    }
    var stacks: [Key: SoftwareStack] = [:]
    for (row, sample) in zip(judged, samples) {
      guard let sample else { continue }
      let key = Key(series: row.label.series, stack: sample.stack.id)
      guard stacks[key] == nil else { continue }
      let others = zip(judged, samples).compactMap { other, sample in
        other.label.series == key.series || sample?.stack.id != key.stack ? nil : sample
      }
      stacks[key] = try fitted(sample.stack, to: others)
    }
    return zip(judged, samples).flatMap { row, sample in
      sample.map { lines(row, with: stacks[Key(series: row.label.series, stack: $0.stack.id)]) }
        ?? []
    }
  }

  private struct Key: Hashable {
    var series: String
    var stack: String
  }

  private func fitted(_ stack: SoftwareStack, to samples: [StackSample]) throws -> SoftwareStack {
    let fit = StackFit(base: stack, prior: prior, validation: validation)
    guard samples.count(where: \.isTraining) >= 2 else { return fit.started() }
    return try fit.fit(samples, source: "all sources but one")
  }

  private func lines(_ row: PublishedRow, with stack: SoftwareStack?) -> [RunComparison] {
    var own = validation
    own.fleet = { [validation] hardware in
      var found = try validation.fleet(hardware)
      if let stack { found.fleet.stack = stack }
      return found
    }
    return own.validate([row]).filter { !$0.isMemory }.map { line in
      var line = line
      if line.skipped == nil { line.training = .leftOut }
      return line
    }
  }
}
