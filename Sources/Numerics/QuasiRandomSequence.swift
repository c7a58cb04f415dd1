import CGSL

/// Points of the unit cube that fill it more evenly than random ones: Sobol's sequence.
public final class QuasiRandomSequence {
  /// GSL has direction numbers for no more.
  public static let mostDimensions = 40

  public let dimensions: Int
  private let state: UnsafeMutablePointer<gsl_qrng>

  /// - Parameter dimensions: From 1 to 40.
  public init(dimensions: Int) {
    precondition(
      (1...Self.mostDimensions).contains(dimensions), "a sequence has 1 to 40 dimensions")
    useGSL()
    guard let state = gsl_qrng_alloc(cgsl_qrng_sobol(), UInt32(dimensions)) else {
      preconditionFailure("no memory for a quasi-random sequence")
    }
    self.state = state
    self.dimensions = dimensions
  }

  deinit { gsl_qrng_free(state) }

  /// The next point.
  public func next() -> [Double] {
    var point = [Double](repeating: 0, count: dimensions)
    gsl_qrng_get(state, &point)
    return point
  }
}
