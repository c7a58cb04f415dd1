import Units

/// The time of plain 1F1B in closed form, whatever its stages take, as long as no result travels while its
/// sender works.
///
/// Stage `s` runs the forward pass of micro-batch `i` in slot `2 i + s`, and its backward pass in slot
/// `2 i + 2 p − 1 − s`. Once a stage runs both kinds in turn, the two passes that a pass waits for lie one slot
/// before it. So a chain of passes that wait for each other is a walk along the stages: a forward pass of stage
/// `s` is a step up from place `s` to `s + 1`, a backward pass a step down, and after any step either may
/// follow. A stage ends when the heaviest walk does. Such a walk has three parts.
///
/// - It enters at a stage `s` with the last forward pass that no backward pass precedes. Until then the stages
///   are a line of machines, where micro-batches follow at the pace of the slowest one that they have met:
///   ```
///   enter(s) = Σ forward(t ≤ s) + (lead(s) − 1) · max forward(t ≤ s)        lead(s) = min(m, p − s)
///   ```
/// - It leaves at a stage `s'` for the end of stage `q`. Time read backwards, that is the same with backward
///   passes, and stage `q` for the first one.
/// - Between, it takes `2 (m − p) + s + s'` steps from place `s + 1` to `s' + 1`. What is left of them beyond the
///   way goes up and down, nowhere better than on one stage `e`, with `T = forward + backward` each time.
/// ```
/// end(q)  = max over e of  rise(e) + fall(e) + (m − p + e) · T(e)
/// rise(e) = max over s of  enter(s) + Σ forward(s < t ≤ e) − (e − s) · T(e)        s < e
///                          enter(s) + Σ backward(e < t ≤ s)                        s ≥ e
/// fall(e)   the same from the other end
/// ```
/// Only stages `s` count between which and `e` none is slower than `e`: a walk across a slower one would rather
/// stay there. Along stages that are alike the sums are straight lines, so their first and their last one tell
/// all, and one `e` stands for all of them.
struct AlternatingWalk {
  private let pipeline: Int
  private let microBatches: Int
  private var rise: WalkHalf
  private var fall: WalkHalf

  /// When some stages have finished their last passes.
  ///
  /// - Parameter runs: All stages, in order.
  static func ends(
    ofStages stages: [Int], _ runs: [StageRun], microBatches: Int
  ) -> [Seconds] {
    // Runs are few, so that their memory is a stack's.
    withUnsafeTemporaryAllocation(of: WalkedRun.self, capacity: 2 * runs.count) { memory in
      guard let start = memory.baseAddress else { return [] }
      var walk = AlternatingWalk(
        runs, microBatches: microBatches, start, start + runs.count)
      return stages.map { Seconds(walk.end(ofStage: $0)) }
    }
  }

  private init(
    _ runs: [StageRun], microBatches: Int, _ riseRuns: UnsafeMutablePointer<WalkedRun>,
    _ fallRuns: UnsafeMutablePointer<WalkedRun>
  ) {
    pipeline = (runs.last?.stages.upperBound ?? -1) + 1
    self.microBatches = microBatches
    rise = WalkHalf(
      runs, out: { $0.forward }, back: { $0.backward }, pipeline: pipeline,
      microBatches: microBatches, riseRuns)
    fall = WalkHalf(
      runs, out: { $0.backward }, back: { $0.forward }, pipeline: pipeline,
      microBatches: microBatches, fallRuns)
    rise.enter(from: 0)
    rise.weighAll()
  }

  private mutating func end(ofStage stage: Int) -> Double {
    fall.enter(from: stage)
    var end = 0.0
    for run in rise.turning..<rise.count {
      let turns = Double(microBatches - pipeline + rise.place(run)) * rise[run].both
      end = max(end, rise[run].heaviest + fall.heaviest(to: run) + turns)
    }
    return end
  }
}

/// A run of stages with the walks that enter on it.
private struct WalkedRun {
  let first: Int
  let last: Int
  /// Passes away from the end at which the walk begins, and passes back.
  let out: Double
  let back: Double
  /// Of all stages before them.
  let outBefore: Double
  let backBefore: Double
  /// The first and the last of them at which a walk may enter, and its weight then.
  var firstEntered = 0
  var weightAtFirst = 0.0
  var weightAtLast = 0.0
  /// Of a walk that turns here.
  var heaviest = 0.0

  var both: Double { out + back }

  func out(through stage: Int) -> Double { outBefore + Double(stage - first + 1) * out }

  func back(through stage: Int) -> Double { backBefore + Double(stage - first + 1) * back }
}

/// All ways to begin a walk, or to end one.
private struct WalkHalf {
  let count: Int
  /// The first run with a stage that runs both kinds of passes in turn.
  private(set) var turning = 0
  private let runs: UnsafeMutablePointer<WalkedRun>
  private let pipeline: Int
  private let microBatches: Int
  /// The first stage that runs both kinds in turn.
  private let firstTurning: Int
  private var firstEntered = 0

  init(
    _ stages: [StageRun], out: (StageRun) -> Seconds, back: (StageRun) -> Seconds, pipeline: Int,
    microBatches: Int, _ memory: UnsafeMutablePointer<WalkedRun>
  ) {
    runs = memory
    count = stages.count
    self.pipeline = pipeline
    self.microBatches = microBatches
    firstTurning = max(0, pipeline - microBatches)
    var sums = (out: 0.0, back: 0.0)
    for (index, run) in stages.enumerated() {
      let pass = (out: out(run).value, back: back(run).value)
      let count = Double(run.stages.count)
      (runs + index).initialize(
        to: WalkedRun(
          first: run.stages.lowerBound, last: run.stages.upperBound, out: pass.out,
          back: pass.back, outBefore: sums.out, backBefore: sums.back))
      sums = (sums.out + count * pass.out, sums.back + count * pass.back)
    }
    while runs[turning].last < firstTurning { turning += 1 }
  }

  subscript(run: Int) -> WalkedRun { runs[run] }

  /// The stage of a run that stands for all.
  func place(_ run: Int) -> Int { max(runs[run].first, firstTurning) }

  /// Weighs the entrances to walks that begin at a stage.
  mutating func enter(from stage: Int) {
    var run = 0
    while runs[run].last < stage { run += 1 }
    let before = runs[run].out(through: stage - 1)
    var slowest = 0.0
    firstEntered = max(run, turning)
    while run < count {
      slowest = max(slowest, runs[run].out)
      if run >= turning {
        let first = max(place(run), stage)
        let last = runs[run].last
        runs[run].firstEntered = first
        runs[run].weightAtFirst =
          runs[run].out(through: first) - before + Double(lead(first) - 1) * slowest
        runs[run].weightAtLast =
          runs[run].out(through: last) - before + Double(lead(last) - 1) * slowest
      }
      run += 1
    }
  }

  private func lead(_ stage: Int) -> Int { min(microBatches, pipeline - stage) }

  /// Notes of each run the heaviest walk to it.
  func weighAll() {
    for run in turning..<count { runs[run].heaviest = heaviest(to: run) }
  }

  /// The heaviest walk to a stage of a run, or minus infinity where none gets there.
  func heaviest(to run: Int) -> Double { max(down(to: run), up(to: run)) }

  /// The same of walks that enter there or beyond.
  private func down(to run: Int) -> Double {
    let target = runs[run]
    let behind = target.back(through: place(run))
    var heaviest = -Double.infinity
    var index = run
    while index < count, runs[index].both <= target.both {
      let entered = runs[index]
      if index >= firstEntered {
        heaviest = max(
          heaviest, entered.weightAtFirst + entered.back(through: entered.firstEntered) - behind,
          entered.weightAtLast + entered.back(through: entered.last) - behind)
      }
      index += 1
    }
    return heaviest
  }

  /// The same of walks that enter before it.
  private func up(to run: Int) -> Double {
    let target = runs[run]
    let place = place(run)
    let behind = target.out(through: place)
    var heaviest = -Double.infinity
    var index = run - 1
    while index >= firstEntered {
      let entered = runs[index]
      heaviest = max(
        heaviest,
        entered.weightAtLast + behind - entered.out(through: entered.last)
          - Double(place - entered.last) * target.both)
      guard entered.both <= target.both else { break }
      let first = entered.firstEntered
      heaviest = max(
        heaviest,
        entered.weightAtFirst + behind - entered.out(through: first)
          - Double(place - first) * target.both)
      index -= 1
    }
    return heaviest
  }
}
