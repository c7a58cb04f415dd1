/// How many rows (routed tokens) each local expert of one rank has.
public struct ExpertRows: Hashable, Sendable {
  private enum Shape: Hashable, Sendable {
    case even
    case exact([Double])
    case unknown
    case averaged(padded: Double, tile: Double)
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

  /// The mean of several draws of the experts' rows, each rounded up to tiles of one height.
  ///
  /// - Parameter draws: The rows of each expert, one list a draw; at least one draw.
  public init(averaging draws: [[Double]], paddedTo tile: Double) {
    precondition(!draws.isEmpty && tile > 0, "a mean needs draws, and padding a tile")
    let each = draws.map(ExpertRows.init)
    let count = Double(draws.count)
    total = each.reduce(0) { $0 + $1.total } / count
    active = each.reduce(0) { $0 + $1.active } / count
    shape = .averaged(padded: each.reduce(0) { $0 + $1.padded(to: tile) } / count, tile: tile)
  }

  /// The rows that tiles of a given height cover: each expert's rows rounded up to whole tiles.
  func padded(to tile: Double) -> Double {
    guard total > 0, active > 0 else { return 0 }
    switch shape {
    case .even: return active * (total / active / tile).rounded(.up) * tile
    case .exact(let rows): return rows.reduce(0) { $0 + ($1 / tile).rounded(.up) * tile }
    case .averaged(let padded, let height) where height == tile: return padded
    case .unknown, .averaged: return max(total + active * tile / 2, active * tile)
    }
  }
}
