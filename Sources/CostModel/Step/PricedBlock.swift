import Parallelism
import Units

/// The operations of a block with the time of each: what is the same whatever the backward pass
/// repeats, so that every level of recomputation adds up the same prices.
struct PricedBlock: Sendable {
  /// A forward operation and its time.
  struct Priced: Sendable {
    let operation: Operation
    let time: StepBreakdown
  }

  let forward: [Priced]
  /// Time of the backward pass, without what it computes again.
  let backward: StepBreakdown
  /// The part of it that makes gradients of weights.
  let weightGradient: StepBreakdown
  /// Whether the block is a layer: recomputation repeats layers only.
  let isLayer: Bool

  init(_ block: Block, cost: OperationCost, isLayer: Bool) throws {
    forward = try block.forward.map { operation in
      var time = StepBreakdown()
      try cost.add(operation, to: &time)
      return Priced(operation: operation, time: time)
    }
    var backward = StepBreakdown()
    var weightGradient = StepBreakdown()
    for operation in block.backward {
      try cost.add(operation, to: &backward)
      if operation.pass == .weightGradient { try cost.add(operation, to: &weightGradient) }
    }
    self.backward = backward
    self.weightGradient = weightGradient
    self.isLayer = isLayer
  }
}
