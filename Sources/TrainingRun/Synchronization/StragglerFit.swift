import Numerics

/// Stragglers of a bounded slowdown, and the pace without them, that give what was measured on one number
/// of devices.
///
/// Three measured rates fix three unknowns:
/// ```
/// asymptote   = undisturbed / (1 + slowdown)                    synchronous, on devices without end
/// synchronous = undisturbed / (1 + slowest of n at each step)
/// local       = undisturbed / (1 + slowest of n over L steps)
/// ```
public struct StragglerFit: Sendable {
  /// Steps in a unit of time without any straggler, in the unit of the rates.
  public let undisturbed: Double
  public let law: StragglerLaw

  /// - Parameters:
  ///   - synchronous: Steps in a unit of time where all wait at each step; above the asymptote.
  ///   - local: The same where they wait after some steps; above the synchronous rate.
  ///   - localSteps: Steps between two such waits.
  ///   - asymptote: What the synchronous rate falls to on more and more devices.
  /// - Throws: `NumericsError` where no law gives these rates.
  public init(
    synchronous: Double, local: Double, localSteps: Int, asymptote: Double, devices: Int
  ) throws {
    precondition(
      asymptote < synchronous && synchronous < local, "waiting less often makes steps quicker")
    let law = { (undisturbed: Double) in
      StragglerLaw.bounded(
        slowdown: undisturbed / asymptote - 1, slowest: undisturbed / synchronous - 1, of: devices)
    }
    undisturbed = try root(
      of: { pace in
        pace / (1 + law(pace).expectedSlowest(of: devices, steps: localSteps)) - local
      }, from: local, to: 2 * local)
    self.law = law(undisturbed)
  }
}
