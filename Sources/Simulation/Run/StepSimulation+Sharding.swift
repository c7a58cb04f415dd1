import CostModel
import Parallelism
import Units

/// Gathers and scatters of shared weights, which run beside the passes that ask for them.
extension StepSimulation {
  /// A gather or scatter that waits for the stream of its stage.
  struct ShardedClaim: BitwiseCopyable {
    var thread: UInt8
    var segment: Int32
  }

  /// How far the calls of a pass are, in the order in which it asks for them.
  struct ShardedState {
    var asked: Int32 = 0
    var ended: Int32 = 0
    /// How many must have ended before the pass goes on; 0 where it does not wait.
    var awaited: Int32 = 0
  }

  /// A pass asks for a call. It starts when all lanes have asked for it, and has its turn on the stream.
  ///
  /// No lane begins the next pass before all have asked for the last call of this one, so a place is free
  /// again when the last lane has come.
  mutating func ask(for segment: Int, _ rank: Int, _ thread: Int) {
    let stage = stage(of: rank)
    let pass = 2 * stage + thread
    let call = Int(ranks[rank][thread].calls.asked)
    ranks[rank][thread].calls.asked += 1
    if asking[pass].count == call { asking[pass].append(0) }
    asking[pass][call] += 1
    guard asking[pass][call] == classes.lanes else { return }
    asking[pass][call] = 0
    let claim = ShardedClaim(thread: UInt8(thread), segment: Int32(segment))
    if sharding.request(stage, claim) { startCall(claim, stage: stage) }
  }

  private mutating func startCall(_ claim: ShardedClaim, stage: Int) {
    let members = groups.members(groups.group(.data, of: stage))
    let segment = Int(claim.segment)
    let first = nextSpan
    for member in members {
      let pass = code[Int(ranks[member][Int(claim.thread)].pass)]
      open(member, .sharding, .segment(pass, segment))
    }
    start(
      RunningFlow(
        kind: .sharded, owner: Int32(stage), thread: claim.thread, item: claim.segment, span: first),
      flows.flow(
        segment: segment, group: groups.group(.data, of: stage), members: members,
        lasting: code.hidden[segment]))
  }

  mutating func callEnded(_ flow: RunningFlow) {
    let (stage, thread) = (Int(flow.owner), Int(flow.thread))
    let members = groups.members(groups.group(.data, of: stage))
    endSpans(flow.span, count: members.count)
    count(code.segments[Int(flow.item)].traffic, members: members.count)
    if let next = sharding.release(stage) { startCall(next, stage: stage) }
    for (index, member) in members.enumerated() {
      ranks[member][thread].calls.ended += 1
      let calls = ranks[member][thread].calls
      guard calls.awaited > 0, calls.ended >= calls.awaited else { continue }
      ranks[member][thread].calls.awaited = 0
      cause = flow.span + Int32(index)
      bookWait(member, thread)
      step(member, thread)
    }
  }

  private mutating func bookWait(_ rank: Int, _ thread: Int) {
    guard !isPaired(ranks[rank].slot, on: rank) else { return }
    ranks[rank].slotParts[.dataCommunication] +=
      (queue.now - ranks[rank][thread].arrival).amount
  }
}
