import Numerics

/// A device whose tables do not suffice for a profile.
public struct KernelCalibrationError: Error, Hashable, CustomStringConvertible {
  public enum Cause: Hashable, Sendable {
    /// There is nothing of a kind.
    case missing(String)
    /// Fewer rows of a family than a fit needs.
    case tooFew(String, found: Int, needed: Int)
    /// The best curve of a family is far from its rows.
    case missed(String, CurveMiss)
    /// The solver gave up on a family, and says why.
    case unsolved(String, reason: String)
  }

  public var device: String
  /// At least one; more only where several families lack rows.
  public var causes: [Cause]
  /// Whether another profile may stand in for what is missing.
  public var allowsFallback = true

  init(device: String, _ causes: Cause..., allowsFallback: Bool = true) {
    self.init(device: device, causes, allowsFallback: allowsFallback)
  }

  init(device: String, _ causes: [Cause], allowsFallback: Bool) {
    self.device = device
    self.causes = causes
    self.allowsFallback = allowsFallback
  }

  /// Whether rows are lacking; else there are enough, and no curve meets them.
  var isLack: Bool { causes.allSatisfy(\.isLack) }

  public var description: String {
    "\(device): \(causes.map(\.problem).joined(separator: "; ")). \(remedy)"
  }

  private var remedy: String {
    guard isLack else { return "Look for rows that are wrong, and measure them again." }
    return allowsFallback
      ? "Add rows, or name a profile whose curve stands in by --fallback."
      : "Measure more shapes with steelyard measure."
  }
}

extension KernelCalibrationError.Cause {
  fileprivate var isLack: Bool {
    switch self {
    case .missing, .tooFew: true
    case .missed, .unsolved: false
    }
  }

  fileprivate var problem: String {
    switch self {
    case .missing(let family): "the tables hold no \(family)"
    case .tooFew(let family, let found, let needed):
      "\(found) rows of \(family) are too few for a fit, which needs \(needed)"
    case .missed(let family, let miss):
      "no curve meets the rows of \(family): half of them are off by "
        + "\(Int(100 * miss.median)) % and more, most of all \(miss.worst.joined(separator: ", "))"
    case .unsolved(let family, let reason): "the fit of \(family) failed: \(reason)"
    }
  }
}

/// A search for a curve that ended far from its points.
public struct CurveMiss: Error, Hashable {
  /// Of |predicted ÷ measured − 1| over all points.
  public var median: Double
  /// The places of the points that are farthest off, worst first.
  public var worst: [String]

  /// A median error that no curve may have.
  static let hopeless = 0.5
}

/// Runs the fit of a family, and names the family where no curve was found.
func naming<Curve>(
  _ family: String, of device: String, _ fit: () throws -> Curve
) throws -> Curve {
  do {
    return try fit()
  } catch let miss as CurveMiss {
    throw KernelCalibrationError(device: device, .missed(family, miss))
  } catch let error as NumericsError {
    throw KernelCalibrationError(device: device, .unsolved(family, reason: error.reason))
  }
}
