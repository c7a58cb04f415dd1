import CMPI
import Foundation
import Synchronization

/// The ranks that one `mpirun` started, and numbered tasks that rank 0 deals out to them one at a time.
///
/// Every rank takes tasks until none is left, rank 0 among them. Tasks are dealt in the order of their
/// numbers; which rank gets which depends on who is free.
public final class TaskDealer: Sendable {
  public let rank: Int
  public let ranks: Int
  private let wishes: Wishes

  private init(rank: Int, ranks: Int, wishes: Wishes) {
    self.rank = rank
    self.ranks = ranks
    self.wishes = wishes
  }

  /// Joins the ranks. Once in the life of a process.
  ///
  /// - Parameter tasks: The number of tasks, the same on every rank.
  public static func join(tasks: Int) async -> TaskDealer {
    let wishes = Wishes()
    return await withCheckedContinuation { joined in
      Thread.detachNewThread {
        var rank: Int32 = 0
        var ranks: Int32 = 0
        steelyard_mpi_join(&rank, &ranks)
        joined.resume(
          returning: TaskDealer(rank: Int(rank), ranks: Int(ranks), wishes: wishes))
        var courier = Courier(rank: rank, ranks: ranks, tasks: Int32(tasks))
        courier.serve(wishes)
      }
    }
  }

  /// The next task of this rank, from 0; nil when none is left. Says that the task before it is done.
  public func next() async -> Int? {
    await withCheckedContinuation { wishes.add(.task($0)) }
  }

  /// Waits until every rank was told that nothing is left, so that all tasks are done. On rank 0 only.
  public func allDone() async {
    await withCheckedContinuation { wishes.add(.allDone($0)) }
  }

  /// Leaves the ranks. A process that ends without it ends them all.
  public func leave() async {
    await withCheckedContinuation { wishes.add(.leave($0)) }
  }
}

/// What the work of this rank waits for.
private enum Wish {
  case task(CheckedContinuation<Int?, Never>)
  case allDone(CheckedContinuation<Void, Never>)
  case leave(CheckedContinuation<Void, Never>)
}

/// The wish of this rank that is not met yet: one at most, because its work waits meanwhile.
private final class Wishes: Sendable {
  private let open = Mutex<Wish?>(nil)

  func add(_ wish: Wish) { open.withLock { $0 = wish } }

  func take() -> Wish? {
    open.withLock { wish in
      defer { wish = nil }
      return wish
    }
  }
}

/// The thread that makes every call of MPI.
private struct Courier {
  let rank: Int32
  let ranks: Int32
  let tasks: Int32
  /// On rank 0: tasks dealt, and ranks that were told that none is left.
  private var dealt: Int32 = 0
  private var released: Int32 = 0
  private var wish: Wish?
  private var hasAsked = false

  init(rank: Int32, ranks: Int32, tasks: Int32) {
    self.rank = rank
    self.ranks = ranks
    self.tasks = tasks
  }

  private static let noneLeft: Int32 = -1

  /// Returns when this rank has left.
  mutating func serve(_ wishes: Wishes) {
    while true {
      if rank == 0 { answerAsks() }
      if wish == nil { wish = wishes.take() }
      if let met = wish.flatMap({ meet($0) }) {
        wish = nil
        if met == .left { return }
      } else {
        usleep(1000)
      }
    }
  }

  private enum Met { case here, left }

  /// Meets a wish where that can be done now.
  private mutating func meet(_ wish: Wish) -> Met? {
    switch wish {
    case .task(let taken):
      guard let task = rank == 0 ? deal() : askedTask() else { return nil }
      taken.resume(returning: task == Self.noneLeft ? nil : Int(task))
      return .here
    case .allDone(let done):
      guard released == ranks - 1 else { return nil }
      done.resume()
      return .here
    case .leave(let done):
      steelyard_mpi_leave()
      done.resume()
      return .left
    }
  }

  private mutating func deal() -> Int32 {
    guard dealt < tasks else { return Self.noneLeft }
    defer { dealt += 1 }
    return dealt
  }

  private mutating func answerAsks() {
    var from: Int32 = 0
    while steelyard_mpi_take_ask(&from) != 0 {
      let task = deal()
      if task == Self.noneLeft { released += 1 }
      steelyard_mpi_answer(from, task)
    }
  }

  /// What rank 0 answered, or nil while it has not.
  private mutating func askedTask() -> Int32? {
    if !hasAsked { steelyard_mpi_ask() }
    var task: Int32 = 0
    hasAsked = steelyard_mpi_take_answer(&task) == 0
    return hasAsked ? nil : task
  }
}
