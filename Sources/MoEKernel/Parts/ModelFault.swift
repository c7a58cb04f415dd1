/// Why a model, or a part of one, cannot run here.
public enum ModelFault: Error, Hashable, Sendable {
  /// The model has no layer with experts.
  case noExperts
  /// Some layers have no experts; only models with experts in every layer are built.
  case denseLayers
  /// The experts are plain networks; only gated ones (SwiGLU) are built.
  case plainExperts
  /// A gate scales the shared experts; that is not built.
  case sharedGate
  /// Attention of another kind than grouped queries without biases and window.
  case attention
  /// Rotary positions turn pairs of a head's elements, so its width must be even.
  case oddHead(Int)
  /// The heads do not share out the keys and values evenly.
  case unevenHeads(heads: Int, keyValueHeads: Int)
  /// Learned positions, an output projection that shares the embedding, or modules that predict
  /// further tokens; these are not built.
  case ends
  /// No tokens, or a size of 0 where the model needs one.
  case emptyShape
  /// The groups do not share out the experts evenly.
  case unevenGroups(experts: Int, groups: Int)
  /// A token may visit more groups than there are.
  case groupLimit(Int, groups: Int)
  /// A token is to visit more experts than it may.
  case topK(Int, eligible: Int)
  /// A capacity factor that leaves no room, or is not a number.
  case capacityFactor(Double)
}
