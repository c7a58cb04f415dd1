import CGSL

/// Points of the unit cube that fill it more evenly than random ones: Sobol's sequence up to 40
/// dimensions, the reverse Halton sequence beyond.
public final class QuasiRandomSequence {
  public let dimensions: Int
  private let state: UnsafeMutablePointer<gsl_qrng>

  /// - Parameter dimensions: From 1 to 1229.
  public init(dimensions: Int) {
    precondition((1...1229).contains(dimensions), "GSL's sequences have 1 to 1229 dimensions")
    useGSL()
    let kind = dimensions <= 40 ? cgsl_qrng_sobol() : cgsl_qrng_reversehalton()
    guard let state = gsl_qrng_alloc(kind, UInt32(dimensions)) else {
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
