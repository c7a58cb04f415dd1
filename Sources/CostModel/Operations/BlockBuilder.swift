import Hardware
import Parallelism
import Units

/// The operations of one block of a model: a layer, the embedding, or the head.
public struct Block: Sendable {
  public var forward: [Operation]
  /// In the order in which they run: the reverse of the forward pass.
  public var backward: [Operation]

  public init(forward: [Operation], backward: [Operation]) {
    self.forward = forward
    self.backward = backward
  }
}

/// Collects the operations of a block; each step adds its forward part and its backward part.
struct BlockBuilder {
  private(set) var forward: [Operation] = []
  /// One group per forward step, in forward order; reversed when the block is finished.
  private var backward: [[Operation]] = []
  /// The format of matrix products in layers.
  let matrixPrecision: Precision

  init(matrixPrecision: Precision) { self.matrixPrecision = matrixPrecision }

  var block: Block { Block(forward: forward, backward: backward.reversed().flatMap { $0 }) }

  mutating func add(_ operation: Operation, backward steps: [Operation]) {
    forward.append(operation)
    backward.append(steps)
  }

  /// A linear layer on `rows` tokens: one forward product, and two in the backward pass.
  ///
  /// Its input is saved by whatever makes it; `saved` and `pinned` are for its result.
  ///
  /// Casts to FP8 are no operations of their own: the measured FP8 products hold them.
  mutating func linear(
    _ name: Operation.Name, rows: Double, inputs: Double, outputs: Double,
    precision: Precision? = nil, parts: RecomputeParts = [],
    saved: Bytes = .zero, pinned: Bytes = .zero
  ) {
    let precision = precision ?? matrixPrecision
    add(
      Operation(
        name, .matrix(m: rows, n: outputs, k: inputs), precision: precision, parts: parts,
        saved: saved, pinned: pinned, weights: inputs * outputs),
      backward: [
        Operation(
          name, .matrix(m: rows, n: outputs, k: inputs), pass: .inputGradient,
          precision: precision),
        Operation(
          name, .matrix(m: rows, n: outputs, k: inputs), pass: .weightGradient,
          precision: precision),
      ])
  }

  /// The same for every local expert at once.
  mutating func groupedLinear(
    _ name: Operation.Name, rows: ExpertRows, inputs: Double, outputs: Double,
    localExperts: Double,
    saved: Bytes = .zero
  ) {
    let precision = matrixPrecision
    add(
      Operation(
        name, .groupedMatrix(rows, n: outputs, k: inputs), precision: precision,
        parts: [.experts], saved: saved, weights: localExperts * inputs * outputs,
        holdsExperts: true),
      backward: [
        Operation(
          name, .groupedMatrix(rows, n: outputs, k: inputs), pass: .inputGradient,
          precision: precision),
        Operation(
          name, .groupedMatrix(rows, n: outputs, k: inputs), pass: .weightGradient,
          precision: precision),
      ])
  }

  /// A pass over memory, with the bytes that its backward pass moves.
  mutating func memory(
    _ name: Operation.Name, _ bytes: Bytes, backward gradientBytes: Bytes,
    parts: RecomputeParts = [], saved: Bytes = .zero, pinned: Bytes = .zero,
    weights: Double = 0
  ) {
    add(
      Operation(
        name, .memory(bytes), parts: parts, saved: saved, pinned: pinned, weights: weights),
      backward: [Operation(name, .memory(gradientBytes), pass: .inputGradient)])
  }

  /// A collective, with those of its backward pass.
  mutating func collective(
    _ name: Operation.Name, _ kind: CollectiveKind, _ axis: Operation.Axis, payload: Bytes,
    backward kinds: [CollectiveKind], parts: RecomputeParts = []
  ) {
    add(
      Operation(name, .collective(kind, axis, payload: payload), parts: parts),
      backward: kinds.map {
        Operation(name, .collective($0, axis, payload: payload), pass: .inputGradient)
      })
  }
}
