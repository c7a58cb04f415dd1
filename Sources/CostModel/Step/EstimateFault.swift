/// A reason why no estimate can be made.
public enum EstimateFault: Error, Hashable, Sendable {
  /// A group of ranks crosses scale-up domains, and the fabric has no network between them.
  case noNetwork(axis: String)
  /// The device has no unit for the precision of the run.
  case noPeak(device: String, precision: String)
  /// The kernel profile has no curve for it.
  case noCurve(profile: String, precision: String)
  /// A step that may last longer than the clock of a simulation counts.
  case tooLong(years: Double)
  /// A result that no machine could reach: a defect of the model or of a profile.
  case beyondPhysics(what: String, value: Double, limit: Double)
}

extension EstimateFault {
  /// Whether the question is at fault, such as its hardware, rather than the model.
  public var isOfHardware: Bool {
    switch self {
    case .noNetwork, .noPeak, .noCurve, .tooLong: true
    case .beyondPhysics: false
    }
  }
}

extension EstimateFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noNetwork(let axis):
      "The \(axis) group is larger than one scale-up domain, and the fabric has no network "
        + "between domains. Use a smaller group, or a fabric with scale_out."
    case .noPeak(let device, let precision):
      "\(device) has no peak for \(precision). Choose a precision that the device has."
    case .noCurve(let profile, let precision):
      "Kernel profile '\(profile)' has no curve for \(precision). Add one, or choose a precision "
        + "that it has."
    case .tooLong(let years):
      "One step may take \(Int(min(years, 1e15))) years, more than a simulation counts. Use a smaller "
        + "batch, shorter sequences, or faster devices and links."
    case .beyondPhysics(let what, let value, let limit):
      "\(what) is \(value), beyond the physical limit of \(limit). A profile must be wrong."
    }
  }
}
