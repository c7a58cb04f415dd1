public import Parallelism

/// What a chunk of a model is made of. Sums over pieces go in this order.
public enum PieceKind: Int, CaseIterable, Sendable {
  case denseLayer, expertLayer, embedding, head, multiTokenLayer, multiTokenHead

  /// Whether its backward pass runs right after its forward pass, so that no schedule puts gradients of
  /// its weights off: its logits would be kept.
  var isHead: Bool { self == .head || self == .multiTokenHead }
}

extension StageLayout.Share {
  /// Pieces of a kind.
  func count(_ kind: PieceKind) -> Int {
    switch kind {
    case .denseLayer: denseLayers
    case .expertLayer: expertLayers
    case .embedding: hasEmbedding ? 1 : 0
    case .head: hasHead ? 1 : 0
    case .multiTokenLayer, .multiTokenHead: multiTokenLayers
    }
  }

  /// The pieces of a chunk in the order of the forward pass.
  public var pieces: [PieceKind] {
    var pieces: [PieceKind] = []
    if hasEmbedding { pieces.append(.embedding) }
    pieces += Array(repeating: .denseLayer, count: denseLayers)
    pieces += Array(repeating: .expertLayer, count: expertLayers)
    if hasHead { pieces.append(.head) }
    for _ in 0..<multiTokenLayers { pieces += [.multiTokenLayer, .multiTokenHead] }
    return pieces
  }
}
