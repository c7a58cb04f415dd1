import Dispatch
import Synchronization

/// Writes the chunks of a sweep on a thread of its own, so that no core that computes waits for the disk.
///
/// Sendable, because the file is touched on that thread only.
public final class SweepWriter: @unchecked Sendable {
  private let file: SweepFile
  private let thread = DispatchQueue(label: "sweep writer")
  private let queue = Mutex(Queue())

  /// What was handed over and is not on disk yet.
  private struct Queue {
    var works = 0
    /// Who wants to go on when there is room.
    var waiting: (room: Int, turn: CheckedContinuation<Void, any Error>)?
    var fault: (any Error)?

    var outcome: Result<Void, any Error> { fault.map { .failure($0) } ?? .success(()) }
  }

  /// Chunks that may wait for the disk: more would take memory, and with none cores would wait for its slow
  /// moments.
  private static let room = 2

  public init(_ file: SweepFile) { self.file = file }

  /// Hands over the lines of the next chunk, and returns when there is room for one more.
  public func append(_ lines: [UInt8]) async throws {
    try await handOver(room: Self.room) { [self] in try file.append(lines) }
  }

  /// Gives the file its name when all is on disk.
  public func finish() async throws { try await handOver(room: 0) { [self] in try file.finish() } }

  /// - Parameter room: The works that may be left to do when this returns.
  private func handOver(room: Int, _ work: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { turn in
      let goesOn = queue.withLock { queue in
        queue.works += 1
        let hasRoom = queue.works <= room
        if !hasRoom { queue.waiting = (room, turn) }
        return hasRoom ? queue.outcome : nil
      }
      thread.async { [self] in perform(work) }
      if let goesOn { turn.resume(with: goesOn) }
    }
  }

  private func perform(_ work: () throws -> Void) {
    let isSound = queue.withLock { $0.fault == nil }
    let outcome = Result { if isSound { try work() } }
    let served = queue.withLock {
      queue -> (CheckedContinuation<Void, any Error>, Result<Void, any Error>)? in
      if case .failure(let fault) = outcome { queue.fault = fault }
      queue.works -= 1
      guard let waiting = queue.waiting, queue.works <= waiting.room else { return nil }
      queue.waiting = nil
      return (waiting.turn, queue.outcome)
    }
    if let (turn, outcome) = served { turn.resume(with: outcome) }
  }
}
