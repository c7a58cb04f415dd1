import Foundation
public import Hardware
import Numerics

/// Fits the constants of a software stack to published training runs.
///
/// ```
/// least  Σ ρ(ln(predicted ÷ observed) / 5 %)  +  Σ ((c − c₀) / spread)²
/// ```
/// ρ is the soft absolute value, so that a run that nothing explains bends no constant. The second sum
/// draws each constant c, in the coordinate of its own range, towards its value c₀ in the prior stack:
/// one spread weighs as much as one run that is 5 % off. So two runs suffice to move what they show,
/// and what they do not show stays where it was. Constants that the stack's maker states, or that
/// follow from how it is built, are marked `specified` and stay.
///
/// Deterministic: the same rows and profiles give the same constants.
public struct StackFit {
  /// Its switches, memory habits and notes stay; its constants are what the fit moves.
  public var base: SoftwareStack
  /// What the constants start from and are drawn to.
  public var prior: SoftwareStack
  /// Whether each run keeps the switches of the stack that it is known for, so that runs of many
  /// stacks tell one set of constants. Otherwise all runs have those of `base`.
  public var isPooled: Bool
  public var validation: RunValidation
  /// A constant that moves no prediction by so much over one spread is left alone.
  private static let leastEffect = 0.01
  private static let errorScale = 0.05

  public init(
    base: SoftwareStack, prior: SoftwareStack, isPooled: Bool = false, validation: RunValidation
  ) {
    self.base = base
    self.prior = prior
    self.isPooled = isPooled
    self.validation = validation
  }

  /// Returns the stack that the training rows tell, with its errors on them and on the rest.
  ///
  /// - Parameters:
  ///   - isTraining: Which rows train; the others are held back.
  ///   - source: Where the runs stand, for the origin of each constant.
  /// - Throws: `StackFitError` where fewer than two training rows can be predicted.
  public func fit(
    _ rows: [PublishedRow], isTraining: (PublishedRow) -> Bool = { _ in true }, source: String
  ) throws -> SoftwareStack {
    let samples = rows.compactMap { row in
      StackSample(row, validation: validation, isTraining: isTraining(row))
    }
    let usable = samples.count(where: \.isTraining)
    guard usable >= 2 else {
      throw StackFitError.tooFewRuns(usable: usable, rows: rows.count)
    }
    return try fit(samples, source: source)
  }

  /// The same for rows that were decoded before.
  func fit(_ samples: [StackSample], source: String) throws -> SoftwareStack {
    let training = samples.filter(\.isTraining)
    let start = started()
    let told = movable.filter { effect(of: $0, from: start, on: training) > Self.leastEffect }
    let values = try solve(for: told, from: start, training)
    let origin = StackConstant.Origin(
      kind: .derived, source: "fitted to \(training.count) published runs: \(source)")
    var stack = start
    for (constant, value) in zip(told, values) { constant.write(&stack, value, origin) }
    stack.quality = RunFitQuality(
      trained: errors(training, with: stack),
      heldBack: errors(samples.filter { !$0.isTraining }, with: stack))
    return stack
  }

  private var movable: [StackConstant] {
    StackConstant.all.filter { $0.origin(base).kind != .specified }
  }

  /// The base with the prior's constants where nothing is stated about its own.
  func started() -> SoftwareStack {
    var stack = base
    for constant in movable {
      var origin = constant.origin(prior)
      if base.id != prior.id, origin.kind == .derived {
        origin = .init(
          kind: .estimated, source: "as in \(prior.id): the runs do not tell it")
      }
      constant.write(&stack, constant.read(prior), origin)
    }
    return stack
  }

  /// The values of the constants at the best fit.
  private func solve(
    for constants: [StackConstant], from stack: SoftwareStack, _ samples: [StackSample]
  ) throws -> [Double] {
    guard !constants.isEmpty else { return [] }
    let start = constants.map { $0.coordinate(of: $0.read(stack)) }
    let problem = NonlinearFit(
      start: start, count: samples.count, outlierScale: 1, priorWeight: 1, tolerance: 1e-3)
    let best = try problem.solve { coordinates, residuals in
      let moved = stack.moving(constants, to: coordinates)
      for (index, sample) in samples.enumerated() {
        residuals[index] = logRatio(sample, with: moved) / Self.errorScale
      }
    }
    return zip(constants, best).map { $0.value(at: $1) }
  }

  /// The largest change of a prediction that one spread of a constant makes, as a share of it.
  private func effect(
    of constant: StackConstant, from stack: SoftwareStack, on samples: [StackSample]
  ) -> Double {
    let start = constant.coordinate(of: constant.read(stack))
    let low = stack.moving([constant], to: [start - 0.5])
    let high = stack.moving([constant], to: [start + 0.5])
    let changes = samples.map { abs(logRatio($0, with: high) - logRatio($0, with: low)) }
    return changes.filter(\.isFinite).max() ?? 0
  }

  private func logRatio(_ sample: StackSample, with stack: SoftwareStack) -> Double {
    log(ratio(sample, with: stack) ?? .nan)
  }

  private func ratio(_ sample: StackSample, with stack: SoftwareStack) -> Double? {
    let used = isPooled ? sample.stack.takingConstants(of: stack) : stack
    return sample.ratio(with: used, estimate: validation.estimate)
  }

  func errors(_ samples: [StackSample], with stack: SoftwareStack) -> RunErrors {
    let ratios = samples.compactMap { ratio($0, with: stack) }
    let errors = ratios.map { abs(1 / $0 - 1) }
    return RunErrors(
      runs: ratios.count, median: median(errors) ?? 0, p90: quantile(errors, 0.9) ?? 0,
      bias: (median(ratios) ?? 1) - 1)
  }
}

extension SoftwareStack {
  /// The stack with constants at coordinates of a search.
  fileprivate func moving(_ constants: [StackConstant], to coordinates: [Double]) -> SoftwareStack {
    var stack = self
    for (constant, coordinate) in zip(constants, coordinates) {
      constant.write(&stack, constant.value(at: coordinate), .trial)
    }
    return stack
  }

  /// The stack with another's constants, but for those that it states.
  func takingConstants(of other: SoftwareStack) -> SoftwareStack {
    var stack = self
    for constant in StackConstant.all where constant.origin(self).kind != .specified {
      constant.write(&stack, constant.read(other), constant.origin(other))
    }
    return stack
  }
}

/// Why a stack cannot be fitted.
public enum StackFitError: Error, Hashable, Sendable, CustomStringConvertible {
  case tooFewRuns(usable: Int, rows: Int)

  public var description: String {
    switch self {
    case .tooFewRuns(let usable, let rows):
      "\(usable) of \(rows) rows can train a stack, and a fit needs two. Give rows with a layout, "
        + "a known device and a speed; steelyard validate --runs says why rows are skipped."
    }
  }
}
