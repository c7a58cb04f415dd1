/// Costs by the part of a plan that they depend on.
///
/// Plans that share a part follow each other, so the last answer is at hand without a look-up. The table is
/// flat: a part has a few places next to each other, and takes that of another when all are taken. So a
/// sweep without end takes no more memory than its parts in use.
final class CostTable<Value> {
  private let limit: Int
  private var keys: [PlanKey]
  private var values: [Value?]
  private var count = 0
  private var last: (key: PlanKey, value: Value)?

  /// Places that a part may have.
  private static var reach: Int { 8 }

  /// - Parameter limit: The most costs to keep, a power of four from 16 on.
  init(limit: Int) {
    precondition(
      limit >= 16 && limit & (limit - 1) == 0 && limit.trailingZeroBitCount % 2 == 0,
      "a table has a power of four of places")
    self.limit = limit
    keys = Array(repeating: .none, count: 16)
    values = Array(repeating: nil, count: 16)
  }

  func value(_ key: PlanKey, make: () throws -> Value) rethrows -> Value {
    if let last, last.key == key { return last.value }
    if let value = known(key) {
      last = (key, value)
      return value
    }
    let value = try make()
    add(key, value)
    last = (key, value)
    return value
  }

  private func known(_ key: PlanKey) -> Value? {
    let mask = keys.count - 1
    var place = key.mixed & mask
    for _ in 0..<Self.reach {
      guard let value = values[place] else { return nil }
      if keys[place] == key { return value }
      place = (place + 1) & mask
    }
    return nil
  }

  private func add(_ key: PlanKey, _ value: Value) {
    if 2 * count >= keys.count, keys.count < limit { grow() }
    let mask = keys.count - 1
    let first = key.mixed & mask
    var place = first
    var tried = 1
    while values[place] != nil, tried < Self.reach {
      place = (place + 1) & mask
      tried += 1
    }
    if values[place] != nil { place = first } else { count += 1 }
    keys[place] = key
    values[place] = value
  }

  private func grow() {
    let old = zip(keys, values)
    keys = Array(repeating: .none, count: 4 * keys.count)
    values = Array(repeating: nil, count: keys.count)
    count = 0
    for (key, value) in old {
      if let value { add(key, value) }
    }
  }
}
