public import Hardware
public import Planner
import Units

/// What `profiles` prints.
public enum ProfileReport {
  /// The kinds of profiles and how many there are of each.
  public static func kinds(_ kinds: [(name: String, count: Int)]) -> Table<NamedCount> {
    Table(
      columns: [Column("kind", \.name), Column(count: "profiles", \.count)],
      rows: kinds.map { NamedCount(name: $0.name, count: $0.count) })
  }

  /// The names of the profiles of one kind.
  public static func names(_ names: [String]) -> Table<String> {
    Table(columns: [Column("name", { $0 })], rows: names)
  }

  /// Every number of one profile.
  public static func numbers(_ records: [InputRecord]) -> Table<InputRecord> {
    Table(columns: Array(InputRecord.columns.dropFirst()), rows: records)
  }

  /// Devices side by side, in the order given.
  public static func devices(_ devices: [Device]) -> Table<Device> {
    Table(
      columns: [
        Column("device", \.id),
        Column("vendor", \.vendor),
        Column("bf16_tflops", { $0.peak(.bf16) }, in: FLOPsPerSecond.TFLOPS, decimals: 0),
        Column("fp8_tflops", { $0.peak(.fp8) }, in: FLOPsPerSecond.TFLOPS, decimals: 0),
        Column("memory_gb", \.memoryCapacity.value, in: Bytes.GB, decimals: 0),
        Column("bandwidth_gb_per_s", \.memoryBandwidth.value, in: BytesPerSecond.GBps, decimals: 0),
        Column("power_w", { $0.power?.value }, in: Watts(1), decimals: 0),
        Column("peak_known", { ($0.peaks[.bf16] ?? $0.peaks[.fp16])?.kind.rawValue }),
        Column("bandwidth_known", \.memoryBandwidth.kind.rawValue),
      ], rows: devices)
  }

  /// A name and how many there are.
  public struct NamedCount: Sendable {
    var name: String
    var count: Int
  }
}
