/// Costs by the part of a plan that they depend on.
///
/// Plans that share a part follow each other, so the last answer is at hand without a look-up. The table is
/// flat: a part has a few places next to each other, and takes that of the oldest when all are taken. So a
/// sweep without end takes no more memory than its parts in use.
final class CostTable<Value> {
  private let limit: Int
  /// By place, a number that tells most unlike parts apart at a glance; 0 is a free place.
  private var marks: [UInt32]
  private var keys: [PlanKey]
  private var values: [Value?]
  /// By place, how many parts had come before.
  private var ages: [UInt32]
  private var added: UInt32 = 0
  private var count = 0
  private var lastKey = PlanKey.none
  private var lastValue: Value?

  /// Places that a part may have.
  private static var reach: Int { 8 }

  /// - Parameter limit: The most costs to keep, a power of four from 16 on.
  init(limit: Int) {
    precondition(
      limit >= 16 && limit & (limit - 1) == 0 && limit.trailingZeroBitCount % 2 == 0,
      "a table has a power of four of places")
    self.limit = limit
    marks = Array(repeating: 0, count: 16)
    keys = Array(repeating: .none, count: 16)
    values = Array(repeating: nil, count: 16)
    ages = Array(repeating: 0, count: 16)
  }

  func value(_ key: PlanKey, make: () throws -> Value) rethrows -> Value {
    if lastKey == key, let lastValue { return lastValue }
    let value: Value
    if let known = known(key) {
      value = known
    } else {
      value = try make()
      add(key, value)
    }
    lastKey = key
    lastValue = value
    return value
  }

  private func known(_ key: PlanKey) -> Value? {
    let mark = Self.mark(key)
    var place = Int(mark) & (keys.count - 1)
    for _ in 0..<Self.reach {
      if marks[place] == 0 { return nil }
      if marks[place] == mark, keys[place] == key { return values[place] }
      place = (place + 1) & (keys.count - 1)
    }
    return nil
  }

  private static func mark(_ key: PlanKey) -> UInt32 { max(1, key.mixed) }

  private func add(_ key: PlanKey, _ value: Value) {
    if 2 * count >= keys.count, keys.count < limit { grow() }
    let mark = Self.mark(key)
    let place = freePlace(mark)
    if marks[place] == 0 { count += 1 }
    marks[place] = mark
    keys[place] = key
    values[place] = value
    ages[place] = added
    added &+= 1
  }

  /// A place that nobody has, or else that of the oldest part within reach.
  private func freePlace(_ mark: UInt32) -> Int {
    var place = Int(mark) & (keys.count - 1)
    var oldest = place
    for _ in 0..<Self.reach {
      if marks[place] == 0 { return place }
      if added &- ages[place] > added &- ages[oldest] { oldest = place }
      place = (place + 1) & (keys.count - 1)
    }
    return oldest
  }

  private func grow() {
    let old = zip(keys, values)
    marks = Array(repeating: 0, count: 4 * marks.count)
    keys = Array(repeating: .none, count: marks.count)
    values = Array(repeating: nil, count: marks.count)
    ages = Array(repeating: 0, count: marks.count)
    count = 0
    for (key, value) in old {
      if let value { add(key, value) }
    }
  }
}
