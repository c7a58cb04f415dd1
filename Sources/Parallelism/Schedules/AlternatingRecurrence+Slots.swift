import Units

/// The passes of one slot.
extension AlternatingRecurrence {
  /// Runs a slot of a plan without interleaving: every other stage forward, the stages between backward.
  func runApart(_ slot: Int) {
    // Forward: 0 ≤ slot − s ≤ 2 (n − 1), and even.
    let lastRound = 2 * (count - 1)
    var stage = max(slot & 1, slot - lastRound)
    while stage < min(pipeline, slot + 1) {
      run(stage, forwardTimes, after: forwardEnds[stage - 1], forwardEnds)
      stage += 2
    }
    // Backward: 0 ≤ slot − c + s ≤ 2 (n − 1), and even.
    let ahead = turn - slot
    stage = max(ahead & 1, ahead)
    while stage < min(pipeline, ahead + lastRound + 1) {
      run(stage, backwardTimes, after: backwardEnds[stage + 1], backwardEnds)
      // The weight pass of the micro-batch that many places before, if there is one.
      if 2 * stage <= stage - ahead { free[stage] += putOff[stage] }
      stage += 2
    }
  }

  /// Runs two slots of an interleaved plan: all stages forward, then all backward.
  ///
  /// Stage s is at its forward pass `round − s`, and at its backward pass `round − (c − 1) ÷ 2 + s`.
  mutating func runTogether(_ slot: Int) {
    let round = slot / 2
    if round < count + pipeline {
      turnForward()
      // From the last stage on, so that each reads what the one before it made a round ago.
      let first = max(0, round - count + 1)
      var stage = min(pipeline - 1, round)
      while stage - first >= 3 {
        runFour(stage - 3, forwardTimes, forwardEnds) { ends in
          SIMD4(forwardEnds[stage - 4], ends[0], ends[1], ends[2])
        }
        stage -= 4
      }
      while stage >= first {
        run(stage, forwardTimes, after: forwardEnds[stage - 1], forwardEnds)
        stage -= 1
      }
    }
    let ahead = turn / 2 - round
    if ahead < pipeline {
      turnBackward()
      let last = min(pipeline - 1, ahead + count - 1)
      var stage = max(0, ahead)
      while last - stage >= 3 {
        runFour(stage, backwardTimes, backwardEnds) { ends in
          SIMD4(ends[1], ends[2], ends[3], backwardEnds[stage + 4])
        }
        stage += 4
      }
      while stage <= last {
        run(stage, backwardTimes, after: backwardEnds[stage + 1], backwardEnds)
        stage += 1
      }
    }
  }

  /// Lets the stage that has done its forward passes of a chunk go on to the next one, whose first input comes
  /// from the last stage. The stages do so one after another, round by round.
  private mutating func turnForward() {
    let (stage, chunk) = nextForward
    forwardTimes[stage] = passes.forward[chunk * pipeline + stage].value
    forwardEnds[-1] = chunk == 0 ? -.infinity : forwardEnds[pipeline - 1]
    nextForward.stage += 1
    guard nextForward.stage == pipeline else { return }
    nextForward = (0, chunk == virtualStages - 1 ? 0 : chunk + 1)
  }

  /// The same of backward passes, from the last stage and the last chunk on.
  private mutating func turnBackward() {
    let (stage, chunk) = nextBackward
    backwardTimes[stage] = passes.backward[chunk * pipeline + stage].value
    backwardEnds[pipeline] = chunk == virtualStages - 1 ? -.infinity : backwardEnds[0]
    nextBackward.stage -= 1
    guard nextBackward.stage < 0 else { return }
    nextBackward = (pipeline - 1, chunk == 0 ? virtualStages - 1 : chunk - 1)
  }

  @inline(__always)
  private func run(
    _ stage: Int, _ times: UnsafeMutablePointer<Double>, after input: Double,
    _ ends: UnsafeMutablePointer<Double>
  ) {
    let end = max(free[stage], input + flight) + times[stage]
    ends[stage] = end
    free[stage] = end
  }

  /// Runs the passes of four stages next to each other.
  ///
  /// - Parameter inputs: What the passes wait for, from the last ends of the four stages. It is put together
  ///   from what was stored as one, and not loaded across two stores: a core would wait for both.
  @inline(__always)
  private func runFour(
    _ stage: Int, _ times: UnsafeMutablePointer<Double>, _ ends: UnsafeMutablePointer<Double>,
    inputs: (SIMD4<Double>) -> SIMD4<Double>
  ) {
    let made = inputs(four(ends + stage)) + SIMD4(repeating: flight)
    let free = four(free + stage)
    let end = free.replacing(with: made, where: made .> free) + four(times + stage)
    UnsafeMutableRawPointer(ends + stage).storeBytes(of: end, as: SIMD4<Double>.self)
    UnsafeMutableRawPointer(self.free + stage).storeBytes(of: end, as: SIMD4<Double>.self)
  }
}

@inline(__always)
private func four(_ numbers: UnsafeMutablePointer<Double>) -> SIMD4<Double> {
  UnsafeRawPointer(numbers).loadUnaligned(as: SIMD4<Double>.self)
}
