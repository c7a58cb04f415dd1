import Workload

/// Everything that a layer keeps between its operations, allocated once.
///
/// T tokens, h hidden, E experts, k top-k, w expert width, s shared width, R rows at most.
final class LayerBuffers {
  /// T × E. The backward pass overwrites logits with their gradient.
  let logits: Tensor
  let scores: Tensor
  /// ln Σ e^l of each token, 1 × T.
  let logSums: Tensor
  /// Weights of each token's chosen experts and their gradients, T × k.
  let pairWeights: Tensor
  let pairGradients: Tensor
  /// Tokens in expert order, R × h.
  let permuted: Tensor
  /// R × 2w, gate beside up. The backward pass overwrites them with their gradients.
  let gateUp: Tensor
  /// R × w.
  let activated: Tensor
  let activatedGradient: Tensor
  /// R × h. The backward pass overwrites the experts' results with the gradients of those, and
  /// these with the gradients of `permuted`.
  let expertRows: Tensor
  /// The same of the shared experts: T × 2s, T × s, T × s.
  let sharedGateUp: Tensor
  let sharedActivated: Tensor
  let sharedActivatedGradient: Tensor

  init(hidden: Int, experts: ExpertLayer, tokens: Int, rows: Int) {
    logits = Tensor(rows: tokens, columns: experts.count)
    scores = Tensor(rows: tokens, columns: experts.count)
    logSums = Tensor(rows: 1, columns: tokens)
    pairWeights = Tensor(rows: tokens, columns: experts.topK)
    pairGradients = Tensor(rows: tokens, columns: experts.topK)
    permuted = Tensor(rows: rows, columns: hidden)
    gateUp = Tensor(rows: rows, columns: 2 * experts.width)
    activated = Tensor(rows: rows, columns: experts.width)
    activatedGradient = Tensor(rows: rows, columns: experts.width)
    expertRows = Tensor(rows: rows, columns: hidden)
    sharedGateUp = Tensor(rows: tokens, columns: 2 * experts.sharedWidth)
    sharedActivated = Tensor(rows: tokens, columns: experts.sharedWidth)
    sharedActivatedGradient = Tensor(rows: tokens, columns: experts.sharedWidth)
  }
}
