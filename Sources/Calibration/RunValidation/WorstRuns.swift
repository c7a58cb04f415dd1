/// The predicted runs that are furthest off by relative error in their own metric, the worst first.
public func worstRuns(of lines: [RunComparison], count: Int = 10) -> [RunComparison] {
  let predicted = lines.filter { !$0.isMemory && $0.relativeError != nil }
  let sorted = predicted.enumerated().sorted { a, b in
    let (left, right) = (abs(a.element.relativeError ?? 0), abs(b.element.relativeError ?? 0))
    return left == right ? a.offset < b.offset : left > right
  }
  return sorted.prefix(count).map(\.element)
}
