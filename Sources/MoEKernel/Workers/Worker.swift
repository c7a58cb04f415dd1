import Glibc
import Synchronization

/// What one worker did in one step of a program.
struct Tally {
  /// Floating-point operations of matrix products.
  var flops = 0
  /// Bytes that passes over memory read and wrote.
  var bytes = 0
}

/// One worker of a team, as the program that it runs sees it.
///
/// All workers run the same program from its beginning to its end and share out the items of each
/// loop; every shared loop ends at a barrier.
struct Worker {
  let index: Int
  let crew: Crew
  /// Where the worker counts what it does.
  var tally: UnsafeMutablePointer<Tally>

  /// Runs `body` for every number below `count`, each on one of the workers, and waits for the end.
  ///
  /// Workers take the next number when they are free, so uneven items even out. What an item writes
  /// must not depend on the worker: then results do not depend on how many there are.
  @inline(__always)
  func share(_ count: Int, _ body: (Int) -> Void) {
    while true {
      let item = crew.taken.add(1, ordering: .relaxed).oldValue
      guard item < count else { break }
      body(item)
    }
    crew.meet()
  }

  /// Runs `body` on one of the workers while the others wait.
  @inline(__always)
  func once(_ body: () -> Void) {
    share(1) { _ in body() }
  }

  /// Counts the bytes of a pass over memory: so many planes of FP32 elements.
  @inline(__always)
  func move(_ planes: Int, _ elements: Int) {
    tally.pointee.bytes &+= planes &* elements &* 4
  }
}

/// What the workers of a team share.
final class Crew: Sendable {
  let count: Int
  /// Items of the current loop that workers have taken.
  let taken = Atomic<Int>(0)
  /// When the workers last met, in nanoseconds of a clock that only goes forward.
  private let lastMeeting = Atomic<UInt64>(0)
  private let barrier: Barrier

  init(count: Int) {
    self.count = count
    barrier = Barrier(parties: count)
  }

  func meet() {
    barrier.wait {
      taken.store(0, ordering: .relaxed)
      lastMeeting.store(Self.now(), ordering: .relaxed)
    }
  }

  /// When the workers met at the barrier that the caller has passed last. It is taken as the last
  /// of them arrives: a worker that the system wakes late would read its own clock too late.
  var meetingTime: UInt64 { lastMeeting.load(ordering: .relaxed) }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
