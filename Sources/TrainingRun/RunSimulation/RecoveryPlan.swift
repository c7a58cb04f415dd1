import Units

/// What still stands between a stop and the next step, in the order in which it happens.
struct RecoveryPlan {
  private var parts: [(part: RunPart, seconds: Double)] = []

  init() { parts.reserveCapacity(6) }

  var duration: Double { parts.reduce(0) { $0 + $1.seconds } }

  mutating func begin() { parts.removeAll(keepingCapacity: true) }

  mutating func add(_ part: RunPart, _ time: Seconds) {
    if time > .zero { parts.append((part, time.value)) }
  }

  /// Spends the next seconds of the plan, and charges them to what they were spent on.
  mutating func charge(_ seconds: Double, to ledger: inout RunLedger) {
    var left = seconds
    for index in parts.indices {
      // The last part takes what the rounding of the clock leaves over.
      let spent = index == parts.count - 1 ? left : min(left, parts[index].seconds)
      ledger[parts[index].part] += Seconds(spent)
      parts[index].seconds = max(0, parts[index].seconds - spent)
      left -= spent
      if left <= 0 { return }
    }
  }
}
