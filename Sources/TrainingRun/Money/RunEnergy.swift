public import Hardware
public import Units

/// The energy that a run draws from the grid, and what the grid emits for it.
///
/// ```
/// full  = device limit · host factor,   idle = idle share · full
/// busy energy = PUE · devices · time in which steps run · (idle + (full − idle) · busy share)
/// idle energy = PUE · (devices · other time + spares · all time − time of machines taken back) · idle
/// ```
/// Power is taken to grow linearly with the share of time in which a device computes.
public struct RunEnergy: Sendable {
  public let busy: Joules
  public let idle: Joules
  /// Kilograms of CO₂ equivalent.
  public let carbon: Double

  public var total: Joules { busy + idle }

  /// The sum over fleets.
  init(joining energies: [RunEnergy]) {
    busy = energies.reduce(.zero) { $0 + $1.busy }
    idle = energies.reduce(.zero) { $0 + $1.idle }
    carbon = energies.reduce(0) { $0 + $1.carbon }
  }

  /// - Parameters:
  ///   - away: Device-seconds of machines that their owner has taken back.
  ///   - power: The limit of one device alone.
  ///   - busyShare: The part of a step in which a device computes.
  public init(
    ledger: RunLedger, devices: Int, spares: Int, away: Seconds = .zero, power: Watts, site: Site,
    busyShare: Double
  ) {
    let full = power * (site.hostFactor.value * site.powerOverhead.value)
    let atRest = full * site.idleShare.value
    let running = RunPart.allCases.filter(\.hasSteps).reduce(Seconds.zero) { $0 + ledger[$1] }
    let rest = (ledger.duration - running) * Double(devices) + ledger.duration * Double(spares)
    busy = (atRest + (full - atRest) * busyShare) * (running * Double(devices))
    idle = atRest * max(.zero, rest - away)
    carbon = site.carbon.value * ((busy + idle) / Joules(3.6e6))
  }
}

extension RunPart {
  /// Whether devices compute in this time, be it for nothing.
  var hasSteps: Bool {
    isEffective || self == .lostWork || self == .lossSpikes || self == .evaluation
  }
}
