import ArgumentParser
import CSV
import Calibration
import Hardware
import InputFiles

/// Which rows of a file of runs train a stack.
enum TrainingRows: String, CaseIterable, ExpressibleByArgument {
  case all
  /// Odd-numbered rows of tiers A and B, so that the others trained nothing.
  case odd
}

/// What a stack calibration is told beside its runs.
struct StackCalibrationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Training runs to fit a software stack to.", valueName: "file"))
  var runs: String?

  @Option(
    help: """
      The stack profile to fit anew: its switches stay, and only the runs that mean it count. \
      Without it a new profile is made for all runs of the file.
      """)
  var stack: String?

  @Option(help: "The stack profile that constants are drawn to where the runs tell little.")
  var prior = "general"

  @Option(help: "Which rows train: all, or odd-numbered ones of tiers A and B.")
  var train = TrainingRows.all

  @Flag(help: "All runs count for the stack, each with the switches of the stack that it means.")
  var pool = false

  @Flag(
    help: """
      Writes no profile: prints how far two runs bring each stack of the file from the prior, rows of \
      tiers A and B.
      """)
  var checkTwo = false

  @Option(help: "The name of the new profile.")
  var name: String?
}

extension RunFitQuality {
  /// Both parts on a line each.
  var words: String {
    "Trained on \(trained.words)." + (heldBack.runs > 0 ? "\nHeld back: \(heldBack.words)." : "")
  }
}

extension RunErrors {
  fileprivate var words: String {
    let percent = { (share: Double) in "\((share * 1000).rounded() / 10) %" }
    return "\(runs) runs: median error \(percent(median)), 90th percentile \(percent(p90)), "
      + "bias \(percent(bias))"
  }
}

extension Catalog {
  /// The stack that a file of runs tells.
  func fittedStack(
    _ file: String, options: StackCalibrationOptions, output: String?
  ) throws -> SoftwareStack {
    let rows = try publishedRows(at: [file])
    let validation = RunValidation(self)
    let prior = try stackProfile(options.prior)
    let isOdd = options.train == .odd
    let isTraining = { (row: PublishedRow) in
      !isOdd || row.label.mayHaveTrained
    }
    if let name = options.stack {
      let base = try stackProfile(name)
      let own = rows.filter { options.pool || validation.stack(of: $0)?.id == base.id }
      return try StackFit(
        base: base, prior: prior, isPooled: options.pool, validation: validation
      ).fit(own, isTraining: isTraining, source: source(of: file, options))
    }
    guard let nearest = validation.commonStack(of: rows) else {
      throw ValidationError("\(file): no row means a known stack. Name one with --stack.")
    }
    var base = nearest
    base.id = output.map(fileName) ?? "new-stack"
    base.name = options.name ?? base.id
    base.covers = validation.coverage(of: rows)
    base.notes = ["Switches as in \(nearest.id)."]
    return try StackFit(base: base, prior: prior, validation: validation)
      .fit(rows, isTraining: isTraining, source: source(of: file, options))
  }

  /// How far two runs bring each stack of a file.
  func twoRunCheck(_ file: String, prior: String) throws -> [TwoRunCheck.Line] {
    let rows = try publishedRows(at: [file]).filter { ["A", "B"].contains($0.label.tier) }
    return try TwoRunCheck(prior: stackProfile(prior), validation: RunValidation(self)).lines(rows)
  }

  private func stackProfile(_ name: String) throws -> SoftwareStack {
    guard let profile = stacks.load(name) else {
      throw ValidationError(
        "There is no stack profile '\(name)'. Those there are: "
          + stacks.ids.joined(separator: ", ") + ".")
    }
    guard let value = profile.value else { throw Faults(profile.faults) }
    return value
  }
}

private func source(of file: String, _ options: StackCalibrationOptions) -> String {
  options.train == .odd ? "\(file), odd-numbered rows of tiers A and B" : file
}

/// The name of a file without its folder and ending.
private func fileName(_ path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return name.split(separator: ".").first.map(String.init) ?? name
}
