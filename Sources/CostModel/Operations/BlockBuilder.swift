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
  /// - Parameter isCast: Whether its input comes in the format of the product, as norms write it.
  mutating func linear(
    _ name: Operation.Name, rows: Double, inputs: Double, outputs: Double,
    precision: Precision? = nil, parts: RecomputeParts = [],
    saved: Bytes = .zero, pinned: Bytes = .zero, isCast: Bool = false
  ) {
    let precision = precision ?? matrixPrecision
    if !isCast { castInput(rows: rows, width: inputs, precision: precision, parts: parts) }
    add(
      Operation(
        name, .matrix(m: rows, n: outputs, k: inputs), precision: precision, parts: parts,
        saved: saved, pinned: pinned, weights: inputs * outputs),
      backward: castGradient(rows: rows, width: outputs, precision: precision) + [
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
    castInput(rows: rows.total, width: inputs, precision: precision, parts: [.experts])
    add(
      Operation(
        name, .groupedMatrix(rows, n: outputs, k: inputs), precision: precision,
        parts: [.experts], saved: saved, weights: localExperts * inputs * outputs,
        holdsExperts: true),
      backward: castGradient(rows: rows.total, width: outputs, precision: precision) + [
        Operation(
          name, .groupedMatrix(rows, n: outputs, k: inputs), pass: .inputGradient,
          precision: precision),
        Operation(
          name, .groupedMatrix(rows, n: outputs, k: inputs), pass: .weightGradient,
          precision: precision),
      ])
  }

  /// The pass that makes FP8 or FP4 operands of an input; none in other formats.
  ///
  /// It reads 16 bits an element and writes the operand twice: as the forward product reads it, and
  /// transposed for the gradient of the weights. FP4 has a scale for the whole tensor besides those of
  /// blocks, and reads once more to find it (arXiv 2509.25149, section 2). In FP8 such a read is left out;
  /// so is the cast of weights, once a step.
  private mutating func castInput(
    rows: Double, width: Double, precision: Precision, parts: RecomputeParts
  ) {
    guard let bytes = Self.castBytes(precision) else { return }
    add(
      Operation(.cast, .memory(Bytes(bytes * rows * width)), parts: parts),
      backward: [])
  }

  /// The same for the gradient of a result, which both products of the backward pass read.
  private func castGradient(rows: Double, width: Double, precision: Precision) -> [Operation] {
    guard let bytes = Self.castBytes(precision) else { return [] }
    return [Operation(.cast, .memory(Bytes(bytes * rows * width)), pass: .inputGradient)]
  }

  /// Bytes that a cast moves for each element; nil where products read 16 bits.
  private static func castBytes(_ precision: Precision) -> Double? {
    switch precision {
    case .fp32, .tf32, .fp16, .bf16: nil
    case .fp8: 2 + 1 + 1
    case .fp4: 2 + 2 + 2 * (0.5 + 1 / 16)
    }
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
