import Foundation
import Glibc
import Units

/// How busy others keep the machine while something is measured, by the system's own accounts.
///
/// Where the system keeps none that can be read, nobody else is taken to be there.
public struct OtherLoad {
  private let start = monotonicTime()
  private let busy = Self.busyTime()
  private let own = Self.ownTime()

  public init() {}

  /// Cores that other processes, or other guests of the same machine, have kept busy since.
  public var cores: Double {
    let elapsed = (monotonicTime() - start).value
    guard let before = busy, let now = Self.busyTime(), elapsed > 0 else { return 0 }
    return max(0, (now - before) - (Self.ownTime() - own)) / elapsed
  }

  /// Seconds that all cores together have worked or had stolen, from the first line of
  /// /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal.
  private static func busyTime() -> Double? {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let line = text.split(separator: "\n").first
    else { return nil }
    let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
    guard ticks.count >= 8 else { return nil }
    return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7])
      / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func ownTime() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = { (time: timeval) in Double(time.tv_sec) + 1e-6 * Double(time.tv_usec) }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
