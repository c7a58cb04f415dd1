/// Returns the candidate that the word was most probably meant to be, or nil where none is near.
///
/// Near is an edit distance of at most a third of the longer word; upper and lower
/// case, and `-` and `_`, are equal at no cost. Of candidates equally near, the one that starts
/// alike for longest wins: `h800`, not `h20`, for `h80`.
func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
  let wanted = folded(word)
  guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
  var best: (candidate: String, distance: Int, alike: Int)?
  for candidate in candidates {
    let other = folded(candidate)
    let allowed = max(wanted.count, other.count) / 3
    let distance = editDistance(wanted, other)
    guard distance <= allowed else { continue }
    let alike = zip(wanted, other).prefix { $0 == $1 }.count
    if let best, (best.distance, -best.alike) <= (distance, -alike) { continue }
    best = (candidate, distance, alike)
  }
  return best?.candidate
}

private func folded(_ word: String) -> [Character] {
  Array(word.lowercased().replacing("_", with: "-"))
}

/// The fewest insertions, removals, replacements and swaps of neighbours that make one word of
/// the other (Damerau's distance in its restricted form).
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      let change = a[i - 1] == b[j - 1] ? 0 : 1
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + change)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
