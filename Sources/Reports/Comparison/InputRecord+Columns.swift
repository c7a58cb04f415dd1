import Hardware
import Planner

extension InputRecord {
  /// `inputs.csv`: every profile number in use, in the order of reading.
  static let columns: [Column<InputRecord>] = [
    Column("file", \.file),
    Column("key", \.key),
    Column("value", \.value),
    Column("kind", \.kind.rawValue),
    Column("source", \.source),
  ]
}
