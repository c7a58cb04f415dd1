/// Costs by the part of a plan that they depend on.
///
/// Plans that share a part follow each other, so the last answer is at hand without a look-up. The table
/// starts anew when it is full: a sweep without end takes no more memory than its parts in use.
final class CostTable<Value> {
  private let limit: Int
  private var known: [PlanKey: Value] = [:]
  private var last: (key: PlanKey, value: Value)?

  init(limit: Int) { self.limit = limit }

  func value(_ key: PlanKey, make: () throws -> Value) rethrows -> Value {
    if let last, last.key == key { return last.value }
    let value: Value
    if let old = known[key] {
      value = old
    } else {
      value = try make()
      if known.count == limit { known.removeAll(keepingCapacity: true) }
      known[key] = value
    }
    last = (key, value)
    return value
  }
}
