import Numerics

/// How the inputs of a study are drawn.
public struct SamplePlan: Sendable {
  public enum Sampling: String, CaseIterable, Sendable {
    /// Sobol's sequence, turned by a random shift. Beyond 40 dimensions there are several sequences, each of
    /// 40 and with its points in a random order of its own: Latin supercube sampling
    /// (Owen 1998, doi:10.1145/272991.273010).
    case sobol
    /// Latin hypercubes: each input takes one value from every layer.
    case stratified
    case random
  }

  /// Draws of all inputs, for the spread of results.
  public var draws: Int
  /// Those of them that also serve the sensitivity to each input, which costs as many more as there are
  /// inputs.
  public var sensitivityDraws: Int
  public var sampling: Sampling
  public var seed: UInt64
  /// Runs simulated for each draw.
  public var runs: Int
  /// Whether each draw has chances of its own, so that they are part of the spread. Otherwise all draws
  /// share theirs, and the spread is that of the inputs alone.
  public var hasChance: Bool

  public init(
    draws: Int, sensitivityDraws: Int, sampling: Sampling = .sobol, seed: UInt64 = 1, runs: Int = 4,
    hasChance: Bool = false
  ) {
    self.draws = draws
    self.sensitivityDraws = min(draws, sensitivityDraws)
    self.sampling = sampling
    self.seed = seed
    self.runs = runs
    self.hasChance = hasChance
  }

  /// Points of the unit cube, one a draw, each coordinate inside 0 ... 1.
  public func points(dimensions: Int) -> [[Double]] {
    var random = RandomGenerator(seed: RandomGenerator.seed(seed, stream: 0))
    switch sampling {
    case .random:
      return (0..<draws).map { _ in (0..<dimensions).map { _ in inside(random.uniform()) } }
    case .stratified:
      let layers = (0..<dimensions).map { _ in Array(0..<draws).shuffled(using: &random) }
      return (0..<draws).map { draw in
        (0..<dimensions).map {
          inside((Double(layers[$0][draw]) + random.uniform()) / Double(draws))
        }
      }
    case .sobol:
      let most = QuasiRandomSequence.mostDimensions
      let parts = stride(from: 0, to: dimensions, by: most).map { first in
        let points = sequence(dimensions: min(most, dimensions - first), &random)
        return first == 0 ? points : order(&random).map { points[$0] }
      }
      return (0..<draws).map { draw in parts.flatMap { $0[draw] } }
    }
  }

  /// Points of one sequence, in its order.
  private func sequence(dimensions: Int, _ random: inout RandomGenerator) -> [[Double]] {
    let shift = (0..<dimensions).map { _ in random.uniform() }
    let sequence = QuasiRandomSequence(dimensions: dimensions)
    return (0..<draws).map { _ in
      zip(sequence.next(), shift).map { inside(($0 + $1).truncatingRemainder(dividingBy: 1)) }
    }
  }

  /// A random order of the draws. Those that serve the sensitivity stay the first points of a sequence, which
  /// fill the cube evenly by themselves.
  private func order(_ random: inout RandomGenerator) -> [Int] {
    Array(0..<sensitivityDraws).shuffled(using: &random)
      + Array(sensitivityDraws..<draws).shuffled(using: &random)
  }

  private func inside(_ coordinate: Double) -> Double { min(max(coordinate, 1e-9), 1 - 1e-9) }
}
