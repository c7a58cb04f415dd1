public import CostModel
public import Units

/// One operation of a layer as it ran.
public struct ExecutedOperation: Sendable {
  /// What the lowering says of it, for the rows that the experts really had.
  public var operation: Operation
  /// Work of the matrix products that ran, counted as each of them ran.
  public var work: FLOPs
  /// Bytes that its passes over memory read and wrote; nothing for matrix products.
  public var traffic: Bytes
  public var time: Seconds
}

/// What the workers did in each step of a program, and when.
final class StepJournal {
  private let steps: Int
  private let workers: Int
  /// Steps of a worker, and as many again as keep two workers off one cache line.
  private let stride: Int
  private let tallies: UnsafeMutablePointer<Tally>
  /// The end of each step, behind the start of the first, in nanoseconds.
  private let ends: UnsafeMutablePointer<UInt64>

  init(steps: Int, workers: Int) {
    self.steps = steps
    self.workers = workers
    stride = steps + 8
    tallies = .allocate(capacity: stride * workers)
    tallies.initialize(repeating: Tally(), count: stride * workers)
    ends = .allocate(capacity: steps + 1)
    ends.initialize(repeating: 0, count: steps + 1)
  }

  deinit {
    tallies.deallocate()
    ends.deallocate()
  }

  /// Forgets an earlier run, before the workers start.
  func clear() { tallies.update(repeating: Tally(), count: stride * workers) }

  /// Notes when the workers started.
  func begin(_ worker: Worker) {
    if worker.index == 0 { ends[0] = worker.crew.meetingTime }
  }

  /// Notes when the last worker finished a step.
  func end(step: Int, _ worker: Worker) {
    if worker.index == 0 { ends[step + 1] = worker.crew.meetingTime }
  }

  func tally(step: Int, worker: Int) -> UnsafeMutablePointer<Tally> {
    tallies + worker * stride + step
  }

  /// What all workers did in a step, and how long it took.
  func measured(step: Int) -> (work: FLOPs, traffic: Bytes, time: Seconds) {
    var sum = Tally()
    for worker in 0..<workers {
      let tally = tally(step: step, worker: worker).pointee
      sum.flops += tally.flops
      sum.bytes += tally.bytes
    }
    return (
      FLOPs(Double(sum.flops)), Bytes(Double(sum.bytes)),
      Seconds(1e-9 * Double(ends[step + 1] - ends[step]))
    )
  }

  /// Lays what was counted beside the operations of the steps.
  func executed(_ operations: [Operation]) -> [ExecutedOperation] {
    operations.indices.map { index in
      let step = measured(step: index)
      return ExecutedOperation(
        operation: operations[index], work: step.work, traffic: step.traffic, time: step.time)
    }
  }
}
