import Foundation

/// What other processes take of the machine while a measurement runs.
struct OtherLoad {
  private let busy = Self.busySeconds()
  private let own = Self.ownSeconds()
  private let start = Date()

  /// Cores that others kept busy on average since this was made.
  var cores: Double {
    let others = (Self.busySeconds() - busy) - (Self.ownSeconds() - own)
    return max(0, others / Date().timeIntervalSince(start))
  }

  /// Seconds that all cores together have spent on any work, from the first line of `/proc/stat`:
  /// user, nice, system, idle, waiting for devices, interrupts, soft interrupts, stolen.
  private static func busySeconds() -> Double {
    guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let line = text.split(separator: "\n").first
    else { return 0 }
    let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
    guard ticks.count >= 8 else { return 0 }
    let work = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]
    return work / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  private static func ownSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    return seconds + 1e-6 * Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
  }
}
