import Hardware
import Parallelism
import Units
import Workload

extension Lowering {
  /// Norm, feed-forward network and the sum with the residual stream.
  func feedForward(_ builder: inout BlockBuilder) {
    norm(&builder, .feedForwardNorm)
    gatedNetwork(
      &builder, Network(width: Double(model.feedForward.width), gated: model.feedForward.gated),
      names: (.gateUp, .activation, .down))
    residual(&builder)
  }

  /// A feed-forward network that all tensor ranks share.
  struct Network {
    var width: Double
    var gated: Bool
    /// Outputs of the first projection for each inner unit: gate and up, or one.
    var branches: Double { gated ? 2 : 1 }
  }

  func gatedNetwork(
    _ builder: inout BlockBuilder, _ network: Network,
    names: (up: Operation.Name, activation: Operation.Name, down: Operation.Name)
  ) {
    let width = network.width / tensor
    gatherSequence(&builder)
    builder.linear(
      names.up, rows: tokens, inputs: hidden, outputs: network.branches * width,
      parts: [.experts], saved: Bytes(activationInputElement * tokens * network.branches * width),
      isCast: true)
    activation(
      &builder, names.activation, rows: tokens, width: width, branches: network.branches)
    builder.linear(
      names.down, rows: tokens, inputs: width, outputs: hidden, parts: [.experts])
    scatterSequence(&builder)
  }

  /// The activation function reads its branches and writes one; its backward pass reads the
  /// branches and the gradient and writes the branches' gradients. It saves its result.
  func activation(
    _ builder: inout BlockBuilder, _ name: Operation.Name, rows: Double, width: Double,
    branches: Double
  ) {
    let plane = Bytes(element * rows * width)
    builder.memory(
      name, (branches + 1) * plane, backward: (2 * branches + 1) * plane,
      parts: [.activations, .experts], saved: Bytes(operandElement * rows * width))
  }
}
