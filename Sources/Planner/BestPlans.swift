import Parallelism
import Units

/// The quickest plans so far.
struct BestPlans {
  let keep: Int
  private let bound: Seconds
  private var ranked: [(plan: ParallelPlan, time: Seconds)] = []

  /// - Parameter bound: Plans with a longer step are of no interest.
  init(keep: Int, bound: Seconds = Seconds(.infinity)) {
    self.keep = keep
    self.bound = Seconds(bound.value.nextUp)
  }

  /// A step that takes as long is not among the best any more.
  var limit: Seconds {
    guard ranked.count == keep, let last = ranked.last else { return bound }
    return min(bound, last.time)
  }

  /// Best first.
  var plans: [ParallelPlan] { ranked.map(\.plan) }

  mutating func add(_ plan: ParallelPlan, time: Seconds) {
    guard time < limit else { return }
    // Equal times keep the order of the search, so that the answer never depends on a sort.
    let place = ranked.firstIndex { time < $0.time } ?? ranked.endIndex
    ranked.insert((plan, time), at: place)
    if ranked.count > keep { ranked.removeLast() }
  }
}
