import COpenBLAS
import Foundation
import Glibc

/// Work that all workers of a team run together.
protocol TeamProgram: AnyObject {
  func run(_ worker: Worker)
}

/// Threads that share the work of a step, one for each core unless told otherwise.
///
/// The thread that asks for a step is the first worker; the others sleep between steps. Running a
/// program allocates nothing. One thread at a time may use a team.
public final class WorkerTeam {
  /// The number of workers, at least 1.
  public var count: Int { crew.count }

  private let crew: Crew
  private let desk = Desk()
  private var threads: [pthread_t] = []

  /// Starts the workers.
  ///
  /// Every worker runs matrix products of its own, so OpenBLAS is told to use one thread for each
  /// product, which holds for the whole process from then on. The memory in which it arranges
  /// operands is touched here (`WorkspaceTouch`).
  ///
  /// - Parameter workers: At least 1; nil is one for each core that this process may use.
  public init(workers: Int? = nil) {
    let workers = workers ?? ProcessInfo.processInfo.activeProcessorCount
    precondition(workers >= 1, "a team needs a worker")
    openblas_set_num_threads(1)
    crew = Crew(count: workers)
    for index in 1..<workers { start(index) }
    run(WorkspaceTouch(workers: workers))
  }

  deinit {
    desk.program = nil
    crew.meet()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Runs a program on all workers and returns when every worker has finished it.
  func run(_ program: any TeamProgram) {
    desk.program = program
    crew.meet()
    var tally = Tally()
    withUnsafeMutablePointer(to: &tally) {
      program.run(Worker(index: 0, crew: crew, tally: $0))
    }
    crew.meet()
    desk.program = nil
  }

  private func start(_ index: Int) {
    let helper = Helper(index: index, crew: crew, desk: desk)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Helper>.fromOpaque(context).takeRetainedValue().work()
        return nil
      }, Unmanaged.passRetained(helper).toOpaque())
    precondition(code == 0, "the system gave no thread (error \(code))")
    threads.append(thread)
  }
}

/// Where the first worker lays out the program to run, and nil to stop. Barriers on both sides of a
/// program keep reads and writes apart.
private final class Desk {
  var program: (any TeamProgram)?
}

/// A worker with a thread of its own.
private final class Helper {
  private let index: Int
  private let crew: Crew
  private let desk: Desk

  init(index: Int, crew: Crew, desk: Desk) {
    self.index = index
    self.crew = crew
    self.desk = desk
  }

  func work() {
    var tally = Tally()
    withUnsafeMutablePointer(to: &tally) { tally in
      while true {
        crew.meet()
        guard let program = desk.program else { return }
        program.run(Worker(index: index, crew: crew, tally: tally))
        crew.meet()
      }
    }
  }
}
