import Units

/// The time of any order of passes by recurrence: a slot starts when its stage has run the slot before
/// it and what its passes need has arrived.
///
/// ```
/// start(slot) = max(end(slot before it on its stage), end(slots that make its inputs) + flight)
/// ```
struct SlotRecurrence {
  private struct Slot {
    var duration: Double
    /// What its passes need, and what they make; -1 is nothing.
    var needs: SIMD2<Int32> = [-1, -1]
    var makes: SIMD2<Int32> = [-1, -1]
    /// Whether what is needed comes from another stage.
    var travels: SIMD2<Int32> = [0, 0]
  }

  private var slots: [[Slot]]
  private let flight: Double
  private let results: Int

  /// When each stage has finished its last slot.
  ///
  /// A long step goes on at the pace of its middle: it is timed with 4 and with 6 micro-batches for each
  /// stage, and what lies between them is repeated.
  static func stageEnds(
    _ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int
  ) -> [Seconds] {
    let group = 2 * plan.pipeline
    guard microBatches > 4 * group else {
      return SlotRecurrence(plan, passes, microBatches: microBatches).ends().map { Seconds($0) }
    }
    let left = (microBatches - 3 * group) / group
    let long = microBatches - left * group
    let before = SlotRecurrence(plan, passes, microBatches: long - group).ends()
    let after = SlotRecurrence(plan, passes, microBatches: long).ends()
    let pace = zip(before, after).map { $1 - $0 }.max() ?? 0
    return after.map { Seconds($0 + Double(left) * pace) }
  }

  private init(_ plan: ParallelPlan, _ passes: PassTimes, microBatches: Int) {
    let chunks = plan.pipeline * plan.virtualStages
    func place(_ result: PassResult?) -> Int32 {
      guard let result else { return -1 }
      return Int32((result.microBatch * chunks + result.chunk) * 2 + (result.isGradient ? 1 : 0))
    }
    func home(_ result: PassResult) -> Int {
      plan.stage(
        chunk: result.chunk, microBatch: result.microBatch, microBatches: microBatches)
    }
    flight = passes.flight.value
    results = 2 * microBatches * chunks
    slots = (0..<plan.pipeline).map { stage in
      plan.passOrder(stage: stage, microBatches: microBatches).map { slot in
        var timed = Slot(duration: passes.duration(slot).value)
        for (index, pass) in [slot.first, slot.second ?? slot.first].enumerated() {
          let input = pass.input(chunks: chunks)
          timed.needs[index] = place(input)
          timed.makes[index] = place(pass.result)
          timed.travels[index] = input.map { home($0) == stage ? 0 : 1 } ?? 0
        }
        return timed
      }
    }
  }

  private func ends() -> [Double] {
    var known = [Double](repeating: -1, count: results)
    var next = [Int](repeating: 0, count: slots.count)
    var free = [Double](repeating: 0, count: slots.count)
    var left = slots.reduce(0) { $0 + $1.count }
    while left > 0 {
      let before = left
      for stage in slots.indices {
        while next[stage] < slots[stage].count,
          let end = end(of: slots[stage][next[stage]], after: free[stage], known)
        {
          let slot = slots[stage][next[stage]]
          if slot.makes.x >= 0 { known[Int(slot.makes.x)] = end }
          if slot.makes.y >= 0 { known[Int(slot.makes.y)] = end }
          free[stage] = end
          next[stage] += 1
          left -= 1
        }
      }
      precondition(left < before, "the order of a schedule never blocks itself")
    }
    return free
  }

  /// Nil where an input is not known yet.
  private func end(of slot: Slot, after free: Double, _ known: [Double]) -> Double? {
    var start = free
    for index in 0..<2 where slot.needs[index] >= 0 {
      let input = known[Int(slot.needs[index])]
      if input < 0 { return nil }
      start = max(start, input + (slot.travels[index] != 0 ? flight : 0))
    }
    return start + slot.duration
  }
}
