import Glibc

/// Eight neighbouring elements, the width at which every pass over a row works.
typealias Lanes = SIMD8<Float>

/// Where up to eight neighbouring elements of a row lie.
struct Stretch {
  let start: Int
  let width: Int
}

/// Calls `body` for the stretches that cover `count` elements; only the last may be short.
@inline(__always)
func forEachStretch(_ count: Int, _ body: (Stretch) -> Void) {
  var start = 0
  while start < count {
    body(Stretch(start: start, width: min(8, count &- start)))
    start &+= 8
  }
}

extension UnsafeMutablePointer<Float> {
  /// The elements of a stretch; lanes past a short one read as 0 and are not written.
  @inline(__always)
  subscript(stretch: Stretch) -> Lanes {
    get {
      if stretch.width == 8 {
        return UnsafeRawPointer(self + stretch.start).loadUnaligned(as: Lanes.self)
      }
      return shortStretch(stretch)
    }
    nonmutating set {
      if stretch.width == 8 {
        UnsafeMutableRawPointer(self + stretch.start).storeBytes(of: newValue, as: Lanes.self)
      } else {
        setShortStretch(stretch, newValue)
      }
    }
  }

  // Out of line: lanes put together one by one would make the compiler work on every stretch so.
  @inline(never)
  private func shortStretch(_ stretch: Stretch) -> Lanes {
    var lanes = Lanes.zero
    for lane in 0..<stretch.width { lanes[lane] = self[stretch.start &+ lane] }
    return lanes
  }

  @inline(never)
  private func setShortStretch(_ stretch: Stretch, _ lanes: Lanes) {
    for lane in 0..<stretch.width { self[stretch.start &+ lane] = lanes[lane] }
  }
}

/// The inner product of two rows.
@inline(__always)
func innerProduct(
  _ a: UnsafeMutablePointer<Float>, _ b: UnsafeMutablePointer<Float>, count: Int
) -> Float {
  var sum = Lanes.zero
  forEachStretch(count) { sum += a[$0] * b[$0] }
  return sum.sum()
}

/// The largest element of a row, which has at least one.
func largestOf(_ row: UnsafeMutablePointer<Float>, count: Int) -> Float {
  let whole = count / 8 * 8
  var largest = Lanes(repeating: row[0])
  forEachStretch(whole) {
    let lanes = row[$0]
    largest.replace(with: lanes, where: lanes .> largest)
  }
  var result = largest.max()
  for index in whole..<count where row[index] > result { result = row[index] }
  return result
}

/// e^x, to 2 units in the last place of the true value, for x from −87 to 88 and clamped outside.
///
/// x = n ln 2 + r with |r| ≤ ½ ln 2; e^r by its Taylor series up to r⁷ / 7!, whose remainder is
/// below 6 · 10⁻⁹; 2ⁿ by its bits. An x that is not a number stays so.
@inline(__always)
func exponential(_ x: Lanes) -> Lanes {
  var x = x
  x.replace(with: 88, where: x .> 88)
  x.replace(with: -87, where: x .< -87)
  // Adding 1.5 · 2²³ rounds to a whole number, which then stands in the low bits.
  let rounder: Float = 12_582_912
  let rounded = x * 1.442_695_04 + rounder
  let n = rounded - rounder
  // ln 2 in two parts, the first short enough for an exact product with n.
  let r = x - n * 0.693_359_375 + n * 2.121_944_4e-4
  var series = r * (1 / 5040) + 1 / 720
  series = series * r + 1 / 120
  series = series * r + 1 / 24
  series = series * r + 1 / 6
  series = series * r + 0.5
  series = series * r + 1
  series = series * r + 1
  let whole =
    unsafeBitCast(rounded, to: SIMD8<Int32>.self) &- Int32(bitPattern: rounder.bitPattern)
  return series * unsafeBitCast((whole &+ 127) &<< 23, to: Lanes.self)
}

/// 1 / (1 + e^−x)
@inline(__always)
func sigmoid(_ x: Lanes) -> Lanes { 1 / (1 + exponential(-x)) }

/// The natural logarithm.
@inline(__always)
func logarithm(_ x: Float) -> Float { Glibc.logf(x) }
