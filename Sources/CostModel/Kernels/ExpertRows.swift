/// How many rows (routed tokens) each local expert of one rank has.
public struct ExpertRows: Hashable, Sendable {
  private enum Shape: Hashable, Sendable {
    case even
    case exact([Double])
    case unknown
  }

  /// All rows of the rank.
  public let total: Double
  /// Local experts that have rows: each reads its weights.
  public let active: Double
  private let shape: Shape

  /// Every active expert has the same number of rows.
  public init(total: Double, evenlyOver active: Double) {
    self.total = total
    self.active = active
    self.shape = .even
  }

  /// The rows of each expert are known.
  public init(_ rows: [Double]) {
    total = rows.reduce(0, +)
    active = Double(rows.count { $0 > 0 })
    shape = .exact(rows)
  }

  /// Only the sum is known: each active expert leaves half a tile empty on average.
  public init(total: Double, scatteredOver active: Double) {
    self.total = total
    self.active = active
    self.shape = .unknown
  }

  /// The rows that tiles of a given height cover: each expert's rows rounded up to whole tiles.
  func padded(to tile: Double) -> Double {
    guard total > 0, active > 0 else { return 0 }
    switch shape {
    case .even: return active * (total / active / tile).rounded(.up) * tile
    case .exact(let rows): return rows.reduce(0) { $0 + ($1 / tile).rounded(.up) * tile }
    case .unknown: return max(total + active * tile / 2, active * tile)
    }
  }
}
