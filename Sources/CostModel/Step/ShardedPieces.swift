public import Parallelism
import Units
public import Workload

/// The costs of pieces with what ZeRO-2 and 3 add to them, whatever the layout of stages.
///
/// A class, because a search hands it to every plan that shares it. It never changes.
public final class ShardedPieces: Sendable {
  let pieces: PieceCosts
  /// By kind of piece.
  let sums: [PieceSums]
  /// By kind of piece, what is added to its backward pass.
  let exposed: [Seconds]

  public init(
    _ pieces: PieceCosts, plan: ParallelPlan, recipe: TrainingRecipe, costs: FleetCosts
  ) throws {
    self.pieces = pieces
    let sharded = ShardedTraffic(plan: plan, recipe: recipe, costs: costs)
    var sums = pieces.sums
    var exposed = Array(repeating: Seconds.zero, count: sums.count)
    for kind in PieceKind.allCases where sharded.scatters {
      guard let piece = pieces[kind] else { continue }
      exposed[kind.rawValue] = try sharded.exposed(piece)
      sums[kind.rawValue].backward += exposed[kind.rawValue]
      sums[kind.rawValue].transient += sharded.whole(piece)
    }
    self.sums = sums
    self.exposed = exposed
  }
}
