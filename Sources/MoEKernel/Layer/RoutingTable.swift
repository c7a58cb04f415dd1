import Workload

/// Which rows the experts compute: the result of routing one batch of tokens.
///
/// Rows lie in expert order; the rows of one expert in the order of their tokens.
final class RoutingTable {
  /// Rows of one expert that one task multiplies.
  struct Tile {
    var expert: Int
    var rows: Range<Int>
  }

  let blocks: Blocks
  let experts: Int
  let topK: Int
  let capacity: Int
  /// Each token's experts, best first: tokens × k.
  let choices: IntegerTable
  /// The row of each choice, or −1 where it was dropped: tokens × k.
  let rows: IntegerTable
  /// Tokens that chose each expert, before drops: 1 × experts.
  let loads: IntegerTable
  /// The first row of each expert, and behind them the number of rows: 1 × (experts + 1).
  let firstRows: IntegerTable
  /// Choices of each expert in each block of tokens; after `settle`, those in the blocks before it.
  private let blockCounts: IntegerTable
  private let tiles: UnsafeMutablePointer<Tile>
  private(set) var tileCount = 0

  init(tokens: Int, layer: ExpertLayer, capacity: Int) {
    blocks = .pass(tokens)
    experts = layer.count
    topK = layer.topK
    self.capacity = capacity
    choices = IntegerTable(rows: tokens, columns: topK)
    rows = IntegerTable(rows: tokens, columns: topK)
    loads = IntegerTable(rows: 1, columns: experts)
    firstRows = IntegerTable(rows: 1, columns: experts + 1)
    blockCounts = IntegerTable(rows: blocks.count, columns: experts)
    // An expert with few rows has one tile.
    tiles = .allocate(capacity: experts + tokens * topK / Blocks.leastProduct)
  }

  deinit { tiles.deallocate() }

  /// The rows of all experts.
  var rowCount: Int { Int(firstRows[0][experts]) }

  func rows(of expert: Int) -> Range<Int> {
    Int(firstRows[0][expert])..<Int(firstRows[0][expert + 1])
  }

  func tile(_ index: Int) -> Tile { tiles[index] }

  /// Counts the choices of a block of tokens.
  func count(block: Int) {
    let counts = blockCounts[block]
    counts.update(repeating: 0, count: experts)
    for token in blocks[block] {
      for slot in 0..<topK { counts[Int(choices[token][slot])] += 1 }
    }
  }

  /// Decides from all counts how many rows each expert gets and where they begin.
  func settle() {
    tileCount = 0
    var firstRow = 0
    for expert in 0..<experts {
      var load: Int32 = 0
      for block in 0..<blocks.count {
        let count = blockCounts[block][expert]
        blockCounts[block][expert] = load
        load += count
      }
      loads[0][expert] = load
      firstRows[0][expert] = Int32(truncatingIfNeeded: firstRow)
      let kept = min(Int(load), capacity)
      cut(expert, firstRow: firstRow, rows: kept)
      firstRow += kept
    }
    firstRows[0][experts] = Int32(truncatingIfNeeded: firstRow)
  }

  /// Gives a block's choices their rows. Earlier tokens go first; those past the room get none.
  func place(block: Int) {
    let taken = blockCounts[block]
    for token in blocks[block] {
      for slot in 0..<topK {
        let expert = Int(choices[token][slot])
        let position = taken[expert]
        taken[expert] += 1
        rows[token][slot] = position < capacity ? firstRows[0][expert] + position : -1
      }
    }
  }

  private func cut(_ expert: Int, firstRow: Int, rows: Int) {
    let pieces = Blocks.product(rows)
    for piece in 0..<pieces.count {
      let range = pieces[piece]
      tiles[tileCount] = Tile(
        expert: expert, rows: firstRow + range.lowerBound..<firstRow + range.upperBound)
      tileCount += 1
    }
  }
}
