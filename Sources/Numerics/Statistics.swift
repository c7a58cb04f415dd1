import CGSL

/// Returns the value below which a fraction `p` of the values lies, or nil where there are none.
///
/// Between two values it interpolates linearly: the quantile of n sorted values is at position
/// (n − 1) p. Of equal values it is that value, to the last bit. Values may be infinite: between one of them and
/// a finite one it is infinite.
public func quantile(_ values: [Double], _ p: Double) -> Double? {
  precondition(p >= 0 && p <= 1, "a quantile lies from 0 to 1")
  guard !values.isEmpty else { return nil }
  var sorted = values
  gsl_sort(&sorted, 1, sorted.count)
  // Between equal values interpolation would round.
  if sorted.first == sorted.last { return sorted[0] }
  let position = Double(sorted.count - 1) * p
  let (below, above) = (sorted[Int(position)], sorted[Int(position.rounded(.up))])
  guard below.isFinite, below != above else { return below }
  guard above.isFinite else { return above }
  return gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, p)
}

/// Returns the middle value, or nil where there are none.
public func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

/// Returns the arithmetic mean, or nil where there are no values.
public func mean(_ values: [Double]) -> Double? {
  values.isEmpty ? nil : gsl_stats_mean(values, 1, values.count)
}

/// Returns the standard deviation of the population that the values are a sample of, or nil where there
/// are fewer than two.
public func standardDeviation(_ values: [Double]) -> Double? {
  values.count < 2 ? nil : gsl_stats_sd(values, 1, values.count)
}

/// Returns Spearman's rank correlation of two lists: 1 where they rank alike, −1 where oppositely.
///
/// Equal values share the mean of their ranks. Nil where there are fewer than two pairs, or where
/// one list is constant and so ranks nothing.
public func rankCorrelation(_ a: [Double], _ b: [Double]) -> Double? {
  precondition(a.count == b.count, "a rank correlation compares values pair by pair")
  guard a.count >= 2 else { return nil }
  var workspace = [Double](repeating: 0, count: 2 * a.count)
  let correlation = gsl_stats_spearman(a, 1, b, 1, a.count, &workspace)
  return correlation.isFinite ? correlation : nil
}
