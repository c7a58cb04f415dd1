import Glibc
public import Hardware
public import Parallelism

extension ScaleUp {
  /// The axes of a ring or torus along which the ranks of a group lie.
  ///
  /// Ranks are counted along the first axis, then along the second, and so on: neighbours on axis `k` of a
  /// torus with sides of `l` ranks are l^k apart.
  public func axes(of group: RankGroup) -> [Int] {
    let side = max(2, pow(Double(domainSize), 1 / Double(axes)))
    let (near, far) = (Double(group.stride), Double(group.stride * max(2, group.size)))
    let spanned = (0..<axes).filter { axis in
      let apart = pow(side, Double(axis))
      // Sides need not be whole numbers.
      return apart < far * (1 - 1e-9) && apart * side > near * (1 + 1e-9)
    }
    return spanned.isEmpty ? [axes - 1] : spanned
  }
}
