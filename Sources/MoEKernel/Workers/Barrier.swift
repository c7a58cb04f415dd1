import Glibc
import Synchronization

/// A point that no worker passes before all have reached it.
///
/// A worker that waits looks for a while before it sleeps: phases of a step end within microseconds
/// of each other, but workers of an idle team must not burn a core.
final class Barrier: @unchecked Sendable {
  // Unchecked: all state is atomic, or used under `lock`.
  private let parties: Int
  private let arrived = Atomic<Int>(0)
  private let phase = Atomic<Int>(0)
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let opened = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private static let looks = 20_000

  init(parties: Int) {
    self.parties = parties
    pthread_mutex_init(lock, nil)
    pthread_cond_init(opened, nil)
  }

  deinit {
    pthread_cond_destroy(opened)
    pthread_mutex_destroy(lock)
    opened.deallocate()
    lock.deallocate()
  }

  /// Waits for all parties. The last to arrive runs `last` before any of them goes on.
  func wait(last: () -> Void) {
    let current = phase.load(ordering: .acquiring)
    if arrived.add(1, ordering: .acquiringAndReleasing).newValue == parties {
      last()
      arrived.store(0, ordering: .relaxed)
      pthread_mutex_lock(lock)
      phase.store(current &+ 1, ordering: .releasing)
      pthread_cond_broadcast(opened)
      pthread_mutex_unlock(lock)
      return
    }
    for _ in 0..<Self.looks where phase.load(ordering: .acquiring) != current { return }
    pthread_mutex_lock(lock)
    while phase.load(ordering: .acquiring) == current { pthread_cond_wait(opened, lock) }
    pthread_mutex_unlock(lock)
  }
}
