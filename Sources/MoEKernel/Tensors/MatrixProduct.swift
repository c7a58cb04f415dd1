import COpenBLAS
import CostModel

extension Worker {
  /// One product of a linear layer, by OpenBLAS on this worker alone:
  /// ```
  /// forward         C = A · B       Y  = X  · W
  /// inputGradient   C = A · Bᵀ      dX = dY · Wᵀ
  /// weightGradient  C = Aᵀ · B      dW = Xᵀ · dY
  /// ```
  /// A product with an empty side computes nothing and leaves `c` as it is.
  ///
  /// - Parameter adding: Whether the product is added to what `c` holds.
  func product(
    _ pass: MatrixPass, _ a: Matrix, _ b: Matrix, into c: Matrix, adding: Bool = false
  ) {
    let flipA = pass == .weightGradient
    let flipB = pass == .inputGradient
    let inner = flipA ? a.rows : a.columns
    precondition(
      (flipA ? a.columns : a.rows) == c.rows && (flipB ? b.rows : b.columns) == c.columns
        && (flipB ? b.columns : b.rows) == inner, "the matrices of a product do not fit")
    guard c.rows > 0, c.columns > 0, inner > 0 else { return }
    multiply(flipA ? .flipped : .asIs, a, flipB ? .flipped : .asIs, b, into: c, adding: adding)
    tally.pointee.flops &+= 2 &* c.rows &* c.columns &* inner
  }
}

/// How a matrix stands in a product.
enum Orientation {
  case asIs, flipped

  fileprivate var letter: CChar { CChar(UInt8(ascii: self == .asIs ? "N" : "T")) }
}

/// C = scale · op(A) · op(B), or that added to C, by OpenBLAS on the calling thread.
///
/// The library counts by columns: it sees every matrix transposed, so C = A · B is asked for as
/// Cᵀ = Bᵀ · Aᵀ.
func multiply(
  _ standA: Orientation, _ a: Matrix, _ standB: Orientation, _ b: Matrix, into c: Matrix,
  scale: Float = 1, adding: Bool
) {
  let inner = standA == .asIs ? a.columns : a.rows
  var (m, n, k) = (Int32(c.columns), Int32(c.rows), Int32(inner))
  var (strideA, strideB, strideC) = (Int32(a.stride), Int32(b.stride), Int32(c.stride))
  var (letterA, letterB) = (standA.letter, standB.letter)
  var alpha = scale
  var beta: Float = adding ? 1 : 0
  sgemm_(
    &letterB, &letterA, &m, &n, &k, &alpha, b.base, &strideB, a.base, &strideA, &beta, c.base,
    &strideC)
}

extension Worker {
  /// A product whose rows the workers share out.
  func shareRows(
    _ pass: MatrixPass, _ a: Matrix, _ b: Matrix, into c: Matrix, adding: Bool = false
  ) {
    let blocks = Blocks.product(a.rows)
    share(blocks.count) {
      product(pass, a.rows(blocks[$0]), b, into: c.rows(blocks[$0]), adding: adding)
    }
  }

  /// dW += Xᵀ · dY, the rows of which the workers share out.
  func shareWeightGradient(_ x: Matrix, _ gradient: Matrix, into weights: Matrix) {
    let pieces = Blocks.weights(weights.rows)
    share(pieces.count) {
      product(
        .weightGradient, x.columns(pieces[$0]), gradient, into: weights.rows(pieces[$0]),
        adding: true)
    }
  }
}

extension Worker {
  /// One of the three products of y = x · weights, shared out over the workers.
  ///
  /// - Parameter gradients: Those of x, weights and y. That of x is written anew, that of the
  ///   weights is added to.
  func shareLinear(
    _ pass: MatrixPass, x: Tensor, weights: Tensor, y: Tensor,
    gradients: (x: Tensor, weights: Tensor, y: Tensor)
  ) {
    switch pass {
    case .forward: shareRows(.forward, x.matrix, weights.matrix, into: y.matrix)
    case .inputGradient:
      shareRows(
        .inputGradient, gradients.y.matrix, weights.matrix, into: gradients.x.matrix)
    case .weightGradient:
      shareWeightGradient(x.matrix, gradients.y.matrix, into: gradients.weights.matrix)
    }
  }
}
