import COpenBLAS
import Foundation
import Glibc
public import Units

/// The processor that this program runs on.
public struct HostProcessor: Hashable, Sendable {
  /// As the system names it.
  public var name: String
  /// Cores that this process may use.
  public var cores: Int
  /// The widest vector instructions, such as `AVX2 with FMA`.
  public var instructionSet: String
  /// FP32 operations that one core finishes in a cycle at most.
  public var operationsPerCycle: Double
  /// Cycles a second, measured while one core works.
  public var clock: Double
  public var memory: Bytes
  /// The processor family whose kernels OpenBLAS chose.
  public var kernels: String

  /// Looks at this machine, and measures its clock.
  public init() {
    let facts = Self.facts()
    name = facts.name
    cores = ProcessInfo.processInfo.activeProcessorCount
    (instructionSet, operationsPerCycle) = Self.vectors(facts.flags)
    clock = Self.measuredClock()
    memory = Bytes(Double(ProcessInfo.processInfo.physicalMemory))
    kernels = openblas_get_corename().map { String(cString: $0) } ?? "unknown"
  }

  /// The peak of some of its cores in FP32.
  ///
  /// `cores · clock · operations per cycle`, with two units that multiply and add in each core, as
  /// in most processors since 2013.
  public func peak(workers: Int) -> FLOPsPerSecond {
    FLOPsPerSecond(Double(min(workers, cores)) * clock * operationsPerCycle)
  }

  private static func facts() -> (name: String, flags: Set<Substring>) {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    var name = "unknown processor"
    var flags: Set<Substring> = []
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      switch parts[0].trimmingPrefix(while: \.isWhitespace).split(separator: "\t").first ?? "" {
      case "model name": name = parts[1].trimmingCharacters(in: .whitespaces)
      case "flags", "Features": flags = Set(parts[1].split(separator: " "))
      default: continue
      }
    }
    return (name, flags)
  }

  /// Lanes of a vector · 2 for a multiplication with an addition · 2 units.
  private static func vectors(_ flags: Set<Substring>) -> (String, Double) {
    if flags.contains("avx512f") { return ("AVX-512", 16 * 2 * 2) }
    if flags.contains("avx2"), flags.contains("fma") { return ("AVX2 with FMA", 8 * 2 * 2) }
    // Without FMA one unit multiplies while the other adds.
    if flags.contains("avx") { return ("AVX", 8 * 2) }
    if flags.contains("asimd") { return ("NEON", 4 * 2 * 2) }
    return ("SSE", 4 * 2)
  }

  /// Cycles a second of the thread's own time, which others that run beside it do not lengthen, by a chain of
  /// multiplications and bit flips, each of which waits for the one before and none of which can be joined with
  /// the next: 3 cycles and 1 on x86 and on most others.
  private static func measuredClock() -> Double {
    let steps = 20_000_000
    var best = Double.infinity
    for trial in 0..<5 {
      let start = threadTime()
      var chain = UInt64(truncatingIfNeeded: trial)
      for _ in 0..<steps { chain = chain &* 6_364_136_223_846_793_005 ^ 0x5DEE_CE66 }
      let time = (threadTime() - start).value
      // The chain's end is used, so that the compiler must walk it.
      if chain != 0 { best = min(best, time) }
    }
    return 4 * Double(steps) / best
  }
}
