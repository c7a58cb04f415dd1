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

/// Plans whose runs differ by the time of their step only: their failures cost as much, and their saves.
struct PlanClass: Hashable {
  private let writers: Int
  private let replica: Int
  /// Sequences by which a batch grows.
  private let quantum: Int

  init(_ plan: ParallelPlan) {
    writers = plan.checkpointWriters
    replica = plan.tensor * plan.context * plan.pipeline
    quantum = plan.data * plan.microBatch
  }
}

/// The quickest plans so far of all, or of each class.
struct BestOfClasses {
  private let empty: BestPlans
  private let byClass: Bool
  private var numbers: [PlanClass: Int] = [:]
  private var classes: [BestPlans]

  init(keep: Int, bound: Seconds, byClass: Bool) {
    empty = BestPlans(keep: keep, bound: bound)
    classes = byClass ? [] : [empty]
    self.byClass = byClass
  }

  /// A step that takes as long is not among the best of the plan's class any more.
  func limit(_ plan: ParallelPlan) -> Seconds {
    byClass ? numbers[PlanClass(plan)].map { classes[$0].limit } ?? empty.limit : classes[0].limit
  }

  /// Best first within each class; classes in the order in which they were met.
  var plans: [ParallelPlan] { classes.flatMap(\.plans) }

  mutating func add(_ plan: ParallelPlan, time: Seconds) {
    classes[number(plan)].add(plan, time: time)
  }

  private mutating func number(_ plan: ParallelPlan) -> Int {
    guard byClass else { return 0 }
    let key = PlanClass(plan)
    if let number = numbers[key] { return number }
    numbers[key] = classes.count
    classes.append(empty)
    return classes.count - 1
  }
}
