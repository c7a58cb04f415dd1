public import Parallelism

/// A reason why a schedule written by hand cannot run.
public enum ScheduleFault: Error, Hashable, Sendable {
  /// A pass stands on a stage that does not hold its chunk.
  case wrongStage(PipelinePass, stage: Int)
  /// A micro-batch whose number is below 0, or not below the number of passes: a schedule that leaves none
  /// out has no such number.
  case strangeMicroBatch(PipelinePass, stage: Int)
  case repeated(PipelinePass)
  /// A pass needs the result of one that no stage runs.
  case missing(PipelinePass, neededBy: PipelinePass)
  /// Passes that wait for one another in a circle, each for one that stands behind the next, or is it.
  case cycle([Wait])

  /// A pass that waits for the result of another.
  public struct Wait: Hashable, Sendable {
    public var pass: PipelinePass
    public var awaited: PipelinePass

    public init(_ pass: PipelinePass, for awaited: PipelinePass) {
      self.pass = pass
      self.awaited = awaited
    }
  }
}

extension ScheduleFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .wrongStage(let pass, let stage):
      "The schedule runs \(pass.words) on stage \(stage), which does not hold that chunk. "
        + "Chunk c lies on stage c mod the number of stages."
    case .strangeMicroBatch(let pass, let stage):
      "The schedule runs \(pass.words) on stage \(stage), but has no such micro-batch. "
        + "Number micro-batches from 0 on and leave none out."
    case .repeated(let pass):
      "The schedule runs \(pass.words) twice. Remove one of the two."
    case .missing(let pass, let needing):
      "The schedule never runs \(pass.words), whose result \(needing.words) needs. Add it."
    case .cycle(let waits):
      "The schedule cannot go on: "
        + zip(waits, waits.dropFirst() + waits.prefix(1)).map { wait, next in
          "\(wait.pass.words) waits for \(wait.awaited.words)"
            + (wait.awaited == next.pass ? "" : ", which stands behind \(next.pass.words)")
        }.joined(separator: "; ") + ". Move one of those that wait later on its stage."
    }
  }
}

extension PipelinePass {
  fileprivate var words: String {
    let name =
      switch direction {
      case .forward: "forward pass"
      case .backward: "backward pass"
      case .inputGradient: "input-gradient pass"
      case .weightGradient: "weight-gradient pass"
      }
    return "the \(name) of micro-batch \(microBatch) through chunk \(chunk)"
  }
}

extension StepProgram {
  /// Checks that every pass of a schedule written by hand stands once, on its own stage, and that what it
  /// needs is run somewhere.
  ///
  /// - Throws: `ScheduleFault`, the first one found in the order of stages.
  func check() throws {
    guard case .written(let orders) = orders else { return }
    var known: Set<PipelinePass> = []
    var makers: [PassResult: PipelinePass] = [:]
    let microBatches = 0..<orders.joined().reduce(0) { $0 + $1.passes.count }
    for (stage, order) in orders.enumerated() {
      for pass in order.flatMap(\.passes) {
        guard chunks.indices.contains(pass.chunk), self.stage(of: pass) == stage else {
          throw ScheduleFault.wrongStage(pass, stage: stage)
        }
        guard microBatches.contains(pass.microBatch) else {
          throw ScheduleFault.strangeMicroBatch(pass, stage: stage)
        }
        guard known.insert(pass).inserted else { throw ScheduleFault.repeated(pass) }
        guard let result = pass.result else { continue }
        guard makers.updateValue(pass, forKey: result) == nil else {
          throw ScheduleFault.repeated(pass)
        }
      }
    }
    for pass in orders.joined().flatMap(\.passes) {
      guard let input = pass.input(chunks: chunks.count), makers[input] == nil else { continue }
      let maker = PipelinePass(
        input.isGradient ? .backward : .forward, microBatch: input.microBatch, chunk: input.chunk)
      throw ScheduleFault.missing(maker, neededBy: pass)
    }
  }

  /// The circle in which stages wait when nothing can happen any more.
  ///
  /// Each stage that has not finished waits with its next slot for the result of a pass, which stands on
  /// a stage that waits as well: going from one to the next must come round.
  ///
  /// - Parameter next: By stage, the place of its next slot in its order.
  func cycle(waitingAt next: [Int]) -> ScheduleFault {
    var done: Set<PassResult> = []
    let orders = (0..<stages).map { self.orders.order(stage: $0) }
    for (order, place) in zip(orders, next) {
      for pass in order[..<place].flatMap(\.passes) {
        if let result = pass.result { done.insert(result) }
      }
    }
    var path: [(wait: ScheduleFault.Wait, stage: Int)] = []
    var stage = orders.indices.first { next[$0] < orders[$0].count } ?? 0
    while true {
      if let start = path.firstIndex(where: { $0.stage == stage }) {
        return .cycle(path[start...].map(\.wait))
      }
      let waiting = orders[stage][next[stage]].passes.lazy.compactMap { pass in
        pass.input(chunks: chunks.count).flatMap { done.contains($0) ? nil : (pass, $0) }
      }.first
      guard let (pass, input) = waiting else {
        preconditionFailure("a slot whose passes need nothing cannot wait")
      }
      let own = stage
      stage = self.stage(chunk: input.chunk, microBatch: input.microBatch)
      let maker = orders[stage].lazy.flatMap(\.passes).first { $0.result == input }
      path.append((ScheduleFault.Wait(pass, for: maker ?? pass), own))
    }
  }
}
