import CGSL

/// Counts of values in bins: quantiles of any number of values in constant memory.
///
/// Histograms of the same bins add up in any order to the same counts. A value outside the bins is
/// counted in the nearest one.
public final class Histogram {
  private let state: UnsafeMutablePointer<gsl_histogram>
  /// The least value and one inside the last bin, which is open above.
  private let inside: ClosedRange<Double>

  /// Bins of equal width.
  public init(_ range: ClosedRange<Double>, bins: Int) {
    precondition(bins >= 1 && range.lowerBound < range.upperBound, "a histogram has bins")
    state = allocated(bins: bins)
    let width = (range.upperBound - range.lowerBound) / Double(bins)
    inside = range.lowerBound...range.upperBound - width / 2
    gsl_histogram_set_ranges_uniform(state, range.lowerBound, range.upperBound)
  }

  /// Bins for whole numbers: one around each below a limit, and beyond it bins that are a thousandth of their
  /// numbers wide, up to 10¹².
  public init(counts limit: Int) {
    precondition(limit >= 1000, "a bin beyond the limit holds a whole number")
    var edges = (0...limit).map { Double($0) - 0.5 }
    var edge = edges[limit]
    while edge < 1e12 {
      edge = (edge * 1.001).rounded() + 0.5
      edges.append(edge)
    }
    state = allocated(bins: edges.count - 1)
    inside = -0.5...edges[edges.count - 2]
    gsl_histogram_set_ranges(state, edges, edges.count)
  }

  deinit { gsl_histogram_free(state) }

  public func add(_ value: Double) {
    gsl_histogram_increment(state, min(max(value, inside.lowerBound), inside.upperBound))
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

private func allocated(bins: Int) -> UnsafeMutablePointer<gsl_histogram> {
  useGSL()
  guard let state = gsl_histogram_alloc(bins) else {
    preconditionFailure("no memory for a histogram")
  }
  return state
}
