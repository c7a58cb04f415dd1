import Glibc
import Units

/// A clock that only goes forward.
func monotonicTime() -> Seconds { time(of: CLOCK_MONOTONIC) }

/// What the calling thread has computed so far, which stands still while others have its core.
func threadTime() -> Seconds { time(of: CLOCK_THREAD_CPUTIME_ID) }

private func time(of clock: clockid_t) -> Seconds {
  var time = timespec()
  clock_gettime(clock, &time)
  return Seconds(Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec))
}
