import CSV
import Workload

/// Reads a table of recorded expert loads: columns `step`, `layer`, `expert`, `load`.
///
/// - Throws: `CSVError` with the row and column of everything that is wrong.
func readExpertLoads(at path: String) throws -> MeasuredRouting {
  struct Place: Hashable {
    var step: Int
    var layer: Int
  }
  var loads: [Place: [Int: Double]] = [:]
  var last: CSVRow?
  try CSVReader(path: path, required: ["step", "layer", "expert", "load"]).forEachRow { row in
    let place = Place(step: try row.integer("step"), layer: try row.integer("layer"))
    let (expert, load) = (try row.integer("expert"), try row.integer("load"))
    guard expert >= 0 else { throw row.error("expert", .negative(row["expert"])) }
    guard load >= 0 else { throw row.error("load", .negative(row["load"])) }
    guard loads[place]?[expert] == nil else {
      throw row.error("expert", .repeated(row["expert"]))
    }
    loads[place, default: [:]][expert] = Double(load)
    last = row
  }
  let experts = Set(loads.values.map(\.count))
  // Sorted, so that the sum over them has the same bits every time.
  let places = loads.keys.sorted { ($0.step, $0.layer) < ($1.step, $1.layer) }
  let lists = places.compactMap { place in
    loads[place].map { each in each.keys.sorted().map { each[$0] ?? 0 } }
  }
  let routed = lists.filter { $0.reduce(0, +) > 0 }
  guard experts.count == 1, !routed.isEmpty else {
    throw last?.error("expert", .unevenGroups) ?? CSVError([CSVFault(file: path, cause: .noRows)])
  }
  return MeasuredRouting(loads: routed)
}
