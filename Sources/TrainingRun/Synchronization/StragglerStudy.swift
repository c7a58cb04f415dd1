/// The stragglers that rates on one number of devices tell, and rates on others to hold them against.
public struct StragglerStudy: Sendable {
  /// Steps a unit of time that were measured.
  public struct Observation: Hashable, Sendable {
    public var devices: Int
    public var synchronous: Double
    public var local: Double?

    public init(devices: Int, synchronous: Double, local: Double? = nil) {
      self.devices = devices
      self.synchronous = synchronous
      self.local = local
    }
  }

  /// From all that the rates come with, the limit too.
  public let fit: StragglerFit
  /// From the rates on one number of devices and nothing else; nil where no law gives them.
  public let oneScale: StragglerFit?
  /// On other numbers of devices. Nothing is fitted to them.
  public let others: [Observation]

  /// - Throws: `NumericsError` where no law gives the rates.
  public init(_ rates: StragglerFit.Rates, others: [Observation] = []) throws {
    fit = try StragglerFit(rates)
    var alone = rates
    alone.asymptote = nil
    oneScale = rates.asymptote == nil ? fit : try? StragglerFit(alone)
    self.others = others
  }

  /// What was measured on a number of devices, be it fitted to or not.
  public func observation(on devices: Int) -> Observation? {
    let rates = fit.rates
    let all =
      others + [
        Observation(devices: rates.devices, synchronous: rates.synchronous, local: rates.local)
      ]
    return all.first { $0.devices == devices }
  }
}
