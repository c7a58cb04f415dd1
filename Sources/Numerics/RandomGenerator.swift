import CGSL
import Foundation

/// A stream of random numbers that its seed decides: the same seed, the same numbers, everywhere.
///
/// GSL's Mersenne Twister (MT19937) and its distributions. Not shared between tasks: give each its
/// own, with its own seed.
public final class RandomGenerator: RandomNumberGenerator {
  private let state: UnsafeMutablePointer<gsl_rng>

  public init(seed: UInt64) {
    useGSL()
    guard let state = gsl_rng_alloc(cgsl_rng_mt19937()) else {
      preconditionFailure("no memory for a random generator")
    }
    self.state = state
    reseed(seed)
  }

  /// Starts another stream: the same numbers as those of a new generator with this seed.
  public func reseed(_ seed: UInt64) {
    // The twister is seeded with 32 bits and reads 0 as its own default: fold, and keep off 0.
    let folded = (seed ^ (seed >> 32)) & 0xFFFF_FFFF
    gsl_rng_set(state, UInt(folded) + 1)
  }

  deinit {
    gsl_rng_free(state)
  }

  public func next() -> UInt64 {
    UInt64(gsl_rng_get(state)) << 32 | UInt64(gsl_rng_get(state))
  }

  /// The seed of one of many streams that share a seed and are told apart by an index.
  ///
  /// Both are mixed so that neighbours have nothing in common (the finalizer of SplitMix64: Steele, Lea
  /// and Flood 2014, doi:10.1145/2660193.2660195).
  public static func seed(_ seed: UInt64, stream: Int) -> UInt64 {
    var mixed = seed &+ (UInt64(truncatingIfNeeded: stream) &+ 1) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to but not including 1.
  public func uniform() -> Double { gsl_rng_uniform(state) }

  /// A number of the exponential distribution with this mean.
  public func exponential(mean: Double) -> Double { gsl_ran_exponential(state, mean) }

  /// A number of the Weibull distribution with this scale and shape.
  public func weibull(scale: Double, shape: Double) -> Double {
    gsl_ran_weibull(state, scale, shape)
  }

  /// Trials until the first success, this one included, at a probability above 0 of each.
  public func trials(untilSuccess probability: Double) -> Int {
    Int(gsl_ran_geometric(state, probability))
  }

  /// A number of the normal distribution.
  public func normal(mean: Double, deviation: Double) -> Double {
    mean + gsl_ran_gaussian_ziggurat(state, deviation)
  }

  /// A number whose logarithm is normal: the median, and the deviation of the logarithm.
  public func logNormal(median: Double, deviation: Double) -> Double {
    gsl_ran_lognormal(state, log(median), deviation)
  }

  /// Shares that sum to 1, of the symmetric Dirichlet distribution; a large concentration is even.
  public func dirichlet(count: Int, concentration: Double) -> [Double] {
    precondition(count >= 1 && concentration > 0, "a Dirichlet draw needs shares to draw")
    let alphas = [Double](repeating: concentration, count: count)
    var shares = [Double](repeating: 0, count: count)
    gsl_ran_dirichlet(state, count, alphas, &shares)
    return shares
  }

  /// How many of `trials` fall to each share.
  public func multinomial(trials: Int, shares: [Double]) -> [Int] {
    precondition(trials >= 0 && !shares.isEmpty, "a multinomial draw needs shares to fall on")
    var counts = [UInt32](repeating: 0, count: shares.count)
    gsl_ran_multinomial(state, shares.count, UInt32(clamping: trials), shares, &counts)
    return counts.map(Int.init)
  }
}
