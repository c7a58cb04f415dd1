import Foundation
import Hardware
import Numerics

/// A correction grid to be fitted: its axes, how stiff it is, and where a shape lies on it.
struct GridFit<Work> {
  var axes: [CorrectionGrid.Axis]
  /// The pull between neighbours along each axis, in units of one point; 0 leaves them free.
  var stiffness: [Double]
  /// The pull of every factor towards 1.
  var ridge: Double
  var placement: (Work, CorrectionGrid.Variable) -> Double

  /// Returns the grids whose sum of logarithms comes nearest to the residuals.
  ///
  /// Penalised least squares with Huber's weights: a lone wild point moves no factor far.
  static func solve(
    _ grids: [GridFit], _ points: [FitPoint<Work>], _ residuals: [Double]
  ) throws -> [CorrectionGrid] {
    guard !grids.isEmpty else { return [] }
    let offsets = grids.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.size) }
    let rows = points.map { point in
      zip(grids, offsets).flatMap { grid, offset in
        CorrectionGrid.corners(grid.axes) { grid.placement(point.work, $0) }
          .map { (index: $0.index + offset, share: $0.share) }
      }
    }
    let size = offsets[offsets.count - 1]
    var penalty = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
    for (grid, offset) in zip(grids, offsets) { grid.addPenalty(to: &penalty, at: offset) }
    var values = [Double](repeating: 0, count: size)
    for _ in 0..<4 {
      var matrix = penalty
      var right = [Double](repeating: 0, count: size)
      for (row, (point, residual)) in zip(rows, zip(points, residuals)) {
        let left = residual - row.reduce(0) { $0 + $1.share * values[$1.index] }
        let weight = point.weight * min(1, 0.2 / max(abs(left), 1e-9))
        for a in row {
          right[a.index] += weight * a.share * residual
          for b in row { matrix[a.index][b.index] += weight * a.share * b.share }
        }
      }
      values = try solvePositiveDefinite(matrix, right)
    }
    return zip(grids, offsets).map { grid, offset in
      let part = values[offset..<(offset + grid.size)]
      return CorrectionGrid(axes: grid.axes, factors: part.map { (exp($0) * 1e4).rounded() / 1e4 })
    }
  }

  private var size: Int { CorrectionGrid.size(axes) }

  private func addPenalty(to matrix: inout [[Double]], at offset: Int) {
    for index in 0..<size { matrix[offset + index][offset + index] += ridge }
    var stride = size
    for (axis, stiffness) in zip(axes, stiffness) {
      let count = axis.knots.count
      stride /= count
      for index in 0..<size where (index / stride) % count + 1 < count {
        let (a, b) = (offset + index, offset + index + stride)
        matrix[a][a] += stiffness
        matrix[b][b] += stiffness
        matrix[a][b] -= stiffness
        matrix[b][a] -= stiffness
      }
    }
  }
}
