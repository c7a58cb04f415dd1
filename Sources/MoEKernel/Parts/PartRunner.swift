import CostModel
import Units

/// A part of a model that runs a list of the lowering's operations on real numbers.
protocol ModelPart: AnyObject {
  /// The kernels of the part, named as the lowering names the operations that they run.
  associatedtype Kernel

  /// Runs one operation of the list, together with the other workers.
  func execute(_ kernel: Kernel, _ pass: MatrixPass, _ worker: Worker)
}

/// The lowering's list of operations for a part, as the kernels that run it.
///
/// There is no list here beside the lowering's: an operation that is added to it must get a kernel,
/// or the part refuses to start.
struct KernelProgram<Kernel> {
  struct Step {
    var kernel: Kernel
    var pass: MatrixPass
  }

  let forward: [Step]
  let backward: [Step]

  /// - Parameter kernel: The kernel of an operation; nil for one that the part cannot run.
  init(_ block: Block, kernel: (Operation) -> Kernel?) {
    let step = { (operation: Operation) -> Step in
      guard let kernel = kernel(operation) else {
        preconditionFailure("no kernel runs the operation \(operation.name.rawValue)")
      }
      return Step(kernel: kernel, pass: operation.pass)
    }
    forward = block.forward.map(step)
    backward = block.backward.map(step)
  }
}

/// Runs the program of a part on a team, and keeps account of every operation.
final class PartRunner<Part: ModelPart>: TeamProgram {
  private let program: KernelProgram<Part.Kernel>
  private let team: WorkerTeam
  private let forwardJournal: StepJournal
  private let backwardJournal: StepJournal
  /// The part, while it runs.
  private var part: Part?
  private var runsBackward = false
  private var awaitsBackward = false

  init(_ program: KernelProgram<Part.Kernel>, team: WorkerTeam) {
    self.program = program
    self.team = team
    forwardJournal = StepJournal(steps: program.forward.count, workers: team.count)
    backwardJournal = StepJournal(steps: program.backward.count, workers: team.count)
  }

  func forward(_ part: Part) {
    start(part, backward: false)
    awaitsBackward = true
  }

  /// A forward pass must have run before it, since a backward pass overwrites what that one kept.
  func backward(_ part: Part) {
    precondition(awaitsBackward, "a backward pass needs a forward pass of its own before it")
    start(part, backward: true)
    awaitsBackward = false
  }

  /// Lays what the last passes did beside the operations of a block.
  func executed(_ block: Block) -> (forward: [ExecutedOperation], backward: [ExecutedOperation]) {
    (forwardJournal.executed(block.forward), backwardJournal.executed(block.backward))
  }

  private func start(_ part: Part, backward: Bool) {
    self.part = part
    runsBackward = backward
    (backward ? backwardJournal : forwardJournal).clear()
    team.run(self)
    self.part = nil
  }

  func run(_ worker: Worker) {
    guard let part else { preconditionFailure("a program runs for a part") }
    let steps = runsBackward ? program.backward : program.forward
    let journal = runsBackward ? backwardJournal : forwardJournal
    journal.begin(worker)
    for index in steps.indices {
      var worker = worker
      worker.tally = journal.tally(step: index, worker: worker.index)
      part.execute(steps[index].kernel, steps[index].pass, worker)
      journal.end(step: index, worker)
    }
  }
}
