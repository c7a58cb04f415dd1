public import Parallelism

/// A reason why a schedule written by hand cannot run.
public enum ScheduleFault: Error, Hashable, Sendable {
  /// A pass stands on a stage that does not hold its chunk.
  case wrongStage(PipelinePass, stage: Int)
  case repeated(PipelinePass)
  /// A pass needs the result of one that no stage runs.
  case missing(PipelinePass, neededBy: PipelinePass)
  /// Passes that wait for one another in a circle: each for the result of the next one, or for its
  /// place behind it on the same stage.
  case cycle([PipelinePass])
}

extension ScheduleFault: CustomStringConvertible {
  public var description: String {
    switch self {
    case .wrongStage(let pass, let stage):
      "The schedule runs \(pass.words) on stage \(stage), which does not hold that chunk. "
        + "Chunk c lies on stage c mod the number of stages."
    case .repeated(let pass):
      "The schedule runs \(pass.words) twice. Remove one of the two."
    case .missing(let pass, let needing):
      "The schedule never runs \(pass.words), whose result \(needing.words) needs. Add it."
    case .cycle(let passes):
      "The schedule cannot go on: "
        + (passes + passes.prefix(1)).map(\.words).joined(separator: " waits for ")
        + ". Move one of them later on its stage."
    }
  }
}

extension PipelinePass {
  fileprivate var words: String {
    "the \(direction == .forward ? "forward" : "backward") pass of micro-batch \(microBatch) "
      + "through chunk \(chunk)"
  }
}

extension StepProgram {
  /// Checks that every pass stands once, on its own stage, and that what it needs is run somewhere.
  ///
  /// - Throws: `ScheduleFault`, the first one found in the order of stages.
  func check() throws {
    var known: Set<PipelinePass> = []
    for (stage, order) in orders.enumerated() {
      for pass in order {
        guard pass.chunk % stages == stage, (0..<chunks).contains(pass.chunk) else {
          throw ScheduleFault.wrongStage(pass, stage: stage)
        }
        guard known.insert(pass).inserted else { throw ScheduleFault.repeated(pass) }
      }
    }
    for pass in orders.joined() {
      if let needed = predecessor(of: pass), !known.contains(needed) {
        throw ScheduleFault.missing(needed, neededBy: pass)
      }
    }
  }

  /// The circle in which stages wait when nothing can happen any more.
  ///
  /// Each stage that has not finished waits with its next pass for the result of another pass, which
  /// stands on a stage that waits as well: going from one to the next must come round.
  ///
  /// - Parameter next: By stage, the place of its next pass in its order.
  func cycle(waitingAt next: [Int]) -> ScheduleFault {
    var path: [(pass: PipelinePass, stage: Int)] = []
    var stage = orders.indices.first { next[$0] < orders[$0].count } ?? 0
    while true {
      let waiting = orders[stage][next[stage]]
      if let start = path.firstIndex(where: { $0.stage == stage }) {
        return .cycle(path[start...].map(\.pass))
      }
      path.append((waiting, stage))
      guard let needed = predecessor(of: waiting) else {
        preconditionFailure("a pass that needs nothing cannot wait")
      }
      stage = needed.chunk % stages
    }
  }
}
