import CostModel
import Workload

extension MoELayer {
  /// gate and up = tokens · weights, expert by expert, and its two gradients.
  func expertGateUp(_ pass: MatrixPass, _ worker: Worker) {
    switch pass {
    case .forward:
      shareTiles(worker, .forward, buffers.permuted, weights.gateUp(_:), into: buffers.gateUp)
    case .inputGradient:
      shareTiles(
        worker, .inputGradient, buffers.gateUp, weights.gateUp(_:), into: buffers.expertRows)
    case .weightGradient:
      shareWeightGradients(worker, buffers.permuted, buffers.gateUp, into: gradients.gateUp(_:))
    }
  }

  /// result = activated · weights, expert by expert, and its two gradients.
  func expertDown(_ pass: MatrixPass, _ worker: Worker) {
    switch pass {
    case .forward:
      shareTiles(worker, .forward, buffers.activated, weights.down(_:), into: buffers.expertRows)
    case .inputGradient:
      shareTiles(
        worker, .inputGradient, buffers.expertRows, weights.down(_:),
        into: buffers.activatedGradient)
    case .weightGradient:
      shareWeightGradients(
        worker, buffers.activated, buffers.expertRows, into: gradients.down(_:))
    }
  }

  func expertActivation(_ worker: Worker) {
    activate(worker, buffers.gateUp, into: buffers.activated, rows: table.rowCount)
  }

  func expertActivationBackward(_ worker: Worker) {
    activateBackward(worker, buffers.gateUp, buffers.activatedGradient, rows: table.rowCount)
  }

  /// The same of the shared experts, which every token visits.
  func sharedGateUp(_ pass: MatrixPass, _ worker: Worker) {
    let gateUp = buffers.sharedGateUp.matrix
    switch pass {
    case .forward:
      worker.shareRows(
        .forward, norm.normed.matrix, weights.sharedGateUp.matrix, into: gateUp)
    case .inputGradient:
      worker.shareRows(
        .inputGradient, gateUp, weights.sharedGateUp.matrix, into: norm.normedGradient.matrix)
    case .weightGradient:
      worker.shareWeightGradient(
        norm.normed.matrix, gateUp, into: gradients.sharedGateUp.matrix)
    }
  }

  func sharedDown(_ pass: MatrixPass, _ worker: Worker) {
    let activated = buffers.sharedActivated.matrix
    switch pass {
    case .forward:
      // Onto what the routed experts have given.
      worker.shareRows(
        .forward, activated, weights.sharedDown.matrix, into: output.matrix, adding: true)
    case .inputGradient:
      worker.shareRows(
        .inputGradient, outputGradient.matrix, weights.sharedDown.matrix,
        into: buffers.sharedActivatedGradient.matrix)
    case .weightGradient:
      worker.shareWeightGradient(
        activated, outputGradient.matrix, into: gradients.sharedDown.matrix)
    }
  }

  func sharedActivation(_ worker: Worker) {
    activate(worker, buffers.sharedGateUp, into: buffers.sharedActivated, rows: tokens)
  }

  func sharedActivationBackward(_ worker: Worker) {
    activateBackward(
      worker, buffers.sharedGateUp, buffers.sharedActivatedGradient, rows: tokens)
  }

  /// A product of every expert's rows with its weights, tile by tile.
  private func shareTiles(
    _ worker: Worker, _ pass: MatrixPass, _ a: Tensor, _ weights: (Int) -> Matrix,
    into c: Tensor
  ) {
    worker.share(table.tileCount) { index in
      let tile = table.tile(index)
      worker.product(
        pass, a.matrix.rows(tile.rows), weights(tile.expert), into: c.matrix.rows(tile.rows))
    }
  }

  /// The gradient of every expert's weights. One without rows keeps what it has.
  private func shareWeightGradients(
    _ worker: Worker, _ x: Tensor, _ gradient: Tensor, into weights: (Int) -> Matrix
  ) {
    let pieces = Blocks.expertWeights(x.columns)
    worker.share(experts.count * pieces.count) { item in
      let expert = item / pieces.count
      let piece = pieces[item % pieces.count]
      let rows = table.rows(of: expert)
      worker.product(
        .weightGradient, x.matrix.rows(rows).columns(piece), gradient.matrix.rows(rows),
        into: weights(expert).rows(piece), adding: true)
    }
  }
}
