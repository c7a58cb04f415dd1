import Numerics

/// Stragglers, and the pace without them, that give the rates that were measured on one number of devices.
///
/// Rates fix as many unknowns. With the synchronous rate and that of local steps the law is exponential, and
/// its mean is derived; with a limit as well it is bounded:
/// ```
/// synchronous = undisturbed / (1 + slowest of n at each step)
/// local       = undisturbed / (1 + slowest of n over L steps)
/// asymptote   = undisturbed / (1 + slowdown)                    synchronous, on devices without end
/// ```
public struct StragglerFit: Hashable, Sendable {
  /// What was measured, in steps a unit of time.
  public struct Rates: Hashable, Sendable {
    public var devices: Int
    /// Where all wait for the slowest at each step.
    public var synchronous: Double
    /// Where they wait after some steps.
    public var local: Double
    /// Steps between two such waits.
    public var localSteps: Int
    /// What the synchronous rate falls to on more and more devices, where that is known.
    public var asymptote: Double?

    public init(
      devices: Int, synchronous: Double, local: Double, localSteps: Int, asymptote: Double? = nil
    ) {
      self.devices = devices
      self.synchronous = synchronous
      self.local = local
      self.localSteps = localSteps
      self.asymptote = asymptote
    }

    /// Whether waiting less often is quicker, and the limit is below both.
    public var areInOrder: Bool {
      synchronous < local && localSteps > 1 && asymptote ?? 0 < synchronous
    }
  }

  public let rates: Rates
  /// Steps in a unit of time without any straggler, in the unit of the rates.
  public let undisturbed: Double
  public let law: StragglerLaw

  /// - Parameter rates: In order.
  /// - Throws: `NumericsError` where no law gives them.
  public init(_ rates: Rates) throws {
    precondition(rates.areInOrder, "waiting less often makes steps quicker")
    self.rates = rates
    guard let asymptote = rates.asymptote else {
      let mean = try Self.exponentialMean(rates)
      law = .exponential(mean: mean)
      undisturbed = rates.synchronous * (1 + law.expectedSlowest(of: rates.devices))
      return
    }
    let law = { (undisturbed: Double) in
      StragglerLaw.bounded(
        slowdown: undisturbed / asymptote - 1, slowest: undisturbed / rates.synchronous - 1,
        of: rates.devices)
    }
    undisturbed = try root(
      of: { pace in
        let slowest = law(pace).expectedSlowest(of: rates.devices, steps: rates.localSteps)
        return pace / (1 + slowest) - rates.local
      }, from: rates.local, to: 2 * rates.local)
    self.law = law(undisturbed)
  }

  /// The rates of the same law on another number of devices.
  public func rates(on devices: Int) -> (synchronous: Double, local: Double) {
    let rate = { (steps: Int) in
      undisturbed / (1 + law.expectedSlowest(of: devices, steps: steps))
    }
    return (rate(1), rate(rates.localSteps))
  }

  /// The mean m of `synchronous (1 + m s) = local (1 + m l)`, where the slowest is longer by s and l means.
  private static func exponentialMean(_ rates: Rates) throws -> Double {
    let one = StragglerLaw.exponential(mean: 1)
    let atEach = one.expectedSlowest(of: rates.devices)
    let overSome = one.expectedSlowest(of: rates.devices, steps: rates.localSteps)
    let mean =
      (rates.local - rates.synchronous) / (rates.synchronous * atEach - rates.local * overSome)
    guard mean > 0 else {
      throw NumericsError(
        task: "fit exponential stragglers", reason: "local steps gain more than any of them explain"
      )
    }
    return mean
  }
}
