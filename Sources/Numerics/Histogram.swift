import CGSL

/// Counts of values in bins of equal width: quantiles of any number of values in constant memory.
///
/// Histograms of equal bins add up in any order to the same counts. A value outside the bins is
/// counted in the nearest one.
public final class Histogram {
  private let state: UnsafeMutablePointer<gsl_histogram>
  private let range: ClosedRange<Double>
  private let width: Double

  public init(_ range: ClosedRange<Double>, bins: Int) {
    precondition(bins >= 1 && range.lowerBound < range.upperBound, "a histogram has bins")
    useGSL()
    guard let state = gsl_histogram_alloc(bins) else {
      preconditionFailure("no memory for a histogram")
    }
    self.state = state
    self.range = range
    width = (range.upperBound - range.lowerBound) / Double(bins)
    gsl_histogram_set_ranges_uniform(state, range.lowerBound, range.upperBound)
  }

  deinit { gsl_histogram_free(state) }

  public func add(_ value: Double) {
    // The last bin is open above: half a bin below its end is inside.
    let inside = min(max(value, range.lowerBound), range.upperBound - width / 2)
    gsl_histogram_increment(state, inside)
  }

  /// Adds the counts of a histogram of the same bins.
  public func add(_ other: Histogram) {
    precondition(gsl_histogram_equal_bins_p(state, other.state) == 1, "histograms add bin by bin")
    gsl_histogram_add(state, other.state)
  }

  /// The value below which a fraction `p` of the values lies, to about one bin; nil without values.
  public func quantile(_ p: Double) -> Double? {
    precondition(p >= 0 && p < 1, "a quantile lies from 0 to below 1")
    guard gsl_histogram_sum(state) > 0, let cumulated = gsl_histogram_pdf_alloc(bins) else {
      return nil
    }
    defer { gsl_histogram_pdf_free(cumulated) }
    gsl_histogram_pdf_init(cumulated, state)
    return gsl_histogram_pdf_sample(cumulated, p)
  }

  private var bins: Int { gsl_histogram_bins(state) }
}
