/// Which passes over memory a framework joins, and which it leaves to other passes.
///
/// All are false for a framework of which nothing is known.
public struct PassFusion: Sendable {
  /// Whether a router's scores, its choice and its balance losses are one pass over the logits.
  public var router: Bool
  /// Whether the kernel that makes a gradient of the residual stream adds it to the one that is there.
  /// Else it writes a tensor of its own.
  public var addedGradients: Bool
  /// Whether the combine weighs the results of experts, so that its backward pass reads them again.
  public var weighingCombine: Bool

  public init(router: Bool = false, addedGradients: Bool = false, weighingCombine: Bool = false) {
    self.router = router
    self.addedGradients = addedGradients
    self.weighingCombine = weighingCombine
  }

  /// Every pass that can be joined.
  public static let all = PassFusion(router: true, addedGradients: true, weighingCombine: true)
}
