import Calibration
public import MoEKernel
import Units

/// The table of measured parts and steps of this machine: one row a pass.
public enum HostPartTable {
  public static func table(of part: PartMeasurement, device: String) -> Table<HostPartRow> {
    Table(
      columns: shapeColumns(\.time) + [
        Column("time_us", \.time.time, in: .microsecond, decimals: 3),
        Column("q1_us", \.spread.lowerQuartile, in: .microsecond, decimals: 3),
        Column("q3_us", \.spread.upperQuartile, in: .microsecond, decimals: 3),
        Column(count: "repeats", \.part.repeats),
        Column("other_cores", \.part.otherLoad, decimals: 2), Column("point", \.part.shape.key),
      ],
      rows: HostTime.times(of: part, device: device).map { time, spread in
        HostPartRow(time: time, spread: spread, part: part)
      })
  }

  /// The columns that tell what was measured.
  static func shapeColumns<Row>(
    _ time: @escaping @Sendable (Row) -> HostTime
  ) -> [Column<Row>] {
    func size(_ header: String, _ value: @escaping @Sendable (MeasuredShape) -> Int) -> Column<Row>
    {
      Column(count: header) { value(time($0).shape) }
    }
    return [
      Column("device") { time($0).device }, Column("part") { time($0).shape.part.rawValue },
      Column("pass") { time($0).pass.rawValue }, size("batch", \.batch),
      size("sequence_length", \.sequenceLength), size("hidden", \.hidden), size("heads", \.heads),
      size("kv_heads", \.keyValueHeads), size("head_dim", \.headWidth),
      size("experts", \.experts), size("top_k", \.topK), size("width", \.width),
      size("shared_width", \.sharedWidth), size("vocabulary", \.vocabulary),
      size("layers", \.layers),
    ]
  }
}

/// One pass of a measured part.
public struct HostPartRow: Sendable {
  var time: HostTime
  var spread: Spread
  var part: PartMeasurement
}
