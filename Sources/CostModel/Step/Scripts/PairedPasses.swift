import Units

/// A forward and a backward pass that run together on one rank.
enum PairedPasses {
  /// How long they take until both are done.
  ///
  /// Each pass runs its segments in order. A segment starts when the one before it has ended and its
  /// stream is free; who asks for a stream first has it first, and at the same moment the forward pass.
  /// So one pass computes while the other communicates.
  static func time(forward: [ScriptSegment], backward: [ScriptSegment]) -> Seconds {
    var free = [Seconds](repeating: .zero, count: ScriptStep.Stream.allCases.count)
    let passes = [forward, backward]
    var next = [0, 0]
    var ready = [Seconds.zero, Seconds.zero]
    while true {
      let waiting = [0, 1].filter { next[$0] < passes[$0].count }
      guard let pass = waiting.min(by: { ready[$0] < ready[$1] }) else {
        return max(ready[0], ready[1])
      }
      let segment = passes[pass][next[pass]]
      let stream = segment.stream.rawValue
      ready[pass] = max(ready[pass], free[stream]) + segment.held
      free[stream] = ready[pass]
      next[pass] += 1
    }
  }
}
