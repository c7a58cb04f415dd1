public import Numerics
public import Workload

/// The weights of a layer with experts, or their gradients.
public final class MoEWeights {
  /// The gain of the RMS norm: 1 × hidden.
  public let normGain: Tensor
  /// hidden × experts.
  public let router: Tensor
  /// Of every expert in turn, hidden × (gate width + up width).
  public let gateUp: Tensor
  /// Of every expert in turn, width × hidden.
  public let down: Tensor
  /// hidden × (gate width + up width) of the shared experts; no columns where there are none.
  public let sharedGateUp: Tensor
  /// Shared width × hidden.
  public let sharedDown: Tensor

  private let hidden: Int
  private let experts: ExpertLayer

  /// Makes weights of zero.
  public init(hidden: Int, experts: ExpertLayer) {
    self.hidden = hidden
    self.experts = experts
    normGain = Tensor(rows: 1, columns: hidden)
    router = Tensor(rows: hidden, columns: experts.count)
    gateUp = Tensor(rows: experts.count * hidden, columns: 2 * experts.width)
    down = Tensor(rows: experts.count * experts.width, columns: hidden)
    sharedGateUp = Tensor(rows: hidden, columns: 2 * experts.sharedWidth)
    sharedDown = Tensor(rows: experts.sharedWidth, columns: hidden)
  }

  /// All tensors, in the order of their declaration.
  public var all: [Tensor] { [normGain, router, gateUp, down, sharedGateUp, sharedDown] }

  /// Draws every matrix from a normal distribution and sets the norm's gain to 1.
  public func draw(from random: RandomGenerator, deviation: Double) {
    normGain.fill { 1 }
    for tensor in all.dropFirst() {
      tensor.fill { Float(random.normal(mean: 0, deviation: deviation)) }
    }
  }

  /// Sets everything to 0.
  public func clear() {
    for tensor in all { tensor.clear() }
  }

  func gateUp(_ expert: Int) -> Matrix {
    gateUp.matrix.rows(expert * hidden..<(expert + 1) * hidden)
  }

  func down(_ expert: Int) -> Matrix {
    down.matrix.rows(expert * experts.width..<(expert + 1) * experts.width)
  }
}
