import CostModel

/// Products of a fair size on all workers at once, so that OpenBLAS has touched the memory in which it
/// arranges the operands of a product.
///
/// Its kernels prefetch beyond the operands that they have arranged. Pages there that nobody has
/// written do not exist yet, and every such prefetch walks the page table in vain: measured on one
/// core of a Zen processor, 12 instead of 38 GFLOP/s for products of 256 × 128 × 1,024. A product takes
/// the first piece of memory that is free, hence all workers at once, and several times in case
/// one of them comes late.
final class WorkspaceTouch: TeamProgram {
  private static let side = 512
  private static let rounds = 3
  private let operand = Tensor(rows: side, columns: side)
  private let results: [Tensor]

  init(workers: Int) {
    results = (0..<workers).map { _ in Tensor(rows: Self.side, columns: Self.side) }
  }

  func run(_ worker: Worker) {
    for _ in 0..<Self.rounds {
      worker.crew.meet()
      worker.product(
        .forward, operand.matrix, operand.matrix, into: results[worker.index].matrix)
    }
  }
}
