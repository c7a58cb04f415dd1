import Units

/// How far a run has come, and how much of it a failure would leave.
///
/// Work is counted in seconds of undisturbed steps. Between disturbances nothing is stepped through:
/// any number of steps and saves is one sum.
struct RunProgress {
  private let interval: Double
  private let stall: Double
  private let persist: Double
  private let memoryInterval: Double?

  /// Work that is done.
  private(set) var work = 0.0
  private(set) var saves = 0.0
  /// Work that a failure cannot undo.
  private var secured = 0.0
  /// The save under way or the last one, and when it can be read.
  private var candidate = (work: 0.0, readable: 0.0)
  /// Work since the last save began, and what is left of its stall.
  private var sinceSave = 0.0
  private var stallLeft = 0.0
  /// Where copies in memory began.
  private var memoryStart = 0.0

  /// - Parameter plan: With an interval.
  init(_ plan: CheckpointPlan, interval: Seconds) {
    stall = plan.stall.value
    persist = plan.persist.value
    // One save at a time.
    self.interval = max(interval.value, persist - stall)
    memoryInterval = plan.memory?.interval.value
  }

  /// Runs on for some time, at a pace of wall-clock seconds for one of work.
  ///
  /// - Returns: The work done and the time that training waited for saves.
  mutating func advance(
    from start: Double, by seconds: Double, pace: Double
  ) -> (work: Double, stalled: Double) {
    let before = work
    var left = seconds
    let pause = min(left, stallLeft)
    stallLeft -= pause
    left -= pause
    let toSave = (interval - sinceSave) * pace
    guard left >= toSave else {
      sinceSave += left / pace
      work += left / pace
      return (work - before, pause)
    }
    work += interval - sinceSave
    left -= toSave
    let cycle = stall + interval * pace
    let cycles = (left / cycle).rounded(.down)
    left -= cycles * cycle
    beginSave(at: start + (seconds - left), after: cycles)
    let lastPause = min(left, stall)
    stallLeft = stall - lastPause
    sinceSave = max(0, left - lastPause) / pace
    work += sinceSave
    return (work - before, pause + cycles * stall + lastPause)
  }

  /// The first save after a stretch of work, and as many whole cycles more: the last of them begins now.
  private mutating func beginSave(at now: Double, after cycles: Double) {
    work += cycles * interval
    saves += 1 + cycles
    secured = cycles > 0 ? work - interval : candidate.work
    candidate = (work, now + persist)
  }

  /// The time that work up to a goal takes. A save that would begin at the goal is left out.
  func seconds(until goal: Double, pace: Double) -> Double {
    let rest = max(0, goal - work)
    let beyondSave = rest - (interval - sinceSave)
    let saves = beyondSave > 0 ? (beyondSave / interval).rounded(.up) : 0
    return stallLeft + rest * pace + saves * stall
  }

  /// Goes back to what can be read now.
  ///
  /// - Parameter fromMemory: Whether copies in the memory of peers are still there.
  /// - Returns: The work that is undone.
  mutating func fallBack(at now: Double, fromMemory: Bool) -> Double {
    if now >= candidate.readable { secured = candidate.work }
    var point = min(secured, work)
    if fromMemory, let memoryInterval {
      let copies = ((work - memoryStart) / memoryInterval).rounded(.down)
      point = max(point, memoryStart + copies * memoryInterval)
    }
    let lost = work - point
    restart(at: point)
    return lost
  }

  /// Writes a save at once, so that nothing is lost by a stop that was announced.
  mutating func secure() {
    secured = work
    restart(at: work)
    saves += 1
  }

  /// Undoes work, but no save.
  mutating func undo(_ amount: Double) -> Double {
    let undone = min(amount, work - min(secured, work))
    work -= undone
    sinceSave = max(0, sinceSave - undone)
    return undone
  }

  private mutating func restart(at point: Double) {
    work = point
    candidate = (min(secured, point), 0)
    memoryStart = point
    // A save each so much work, whatever copies it came back from.
    sinceSave = min(interval, max(0, point - candidate.work))
    stallLeft = 0
  }
}
