import Hardware
public import Parallelism
import Units
public import Workload

/// Prices operations: the time of each, by part of the breakdown.
public struct OperationCost: Sendable {
  let costs: FleetCosts
  let plan: ParallelPlan
  let blockScaled: Bool

  public init(_ costs: FleetCosts, plan: ParallelPlan, precision: TrainingPrecision) {
    self.costs = costs
    self.plan = plan
    blockScaled = precision.blockScaled
  }

  /// Adds the cost of one operation to a breakdown.
  ///
  /// - Throws: `EstimateFault.noNetwork` where a group crosses domains of a fabric without a network.
  public func add(_ operation: Operation, to breakdown: inout StepBreakdown) throws {
    switch operation.work {
    case .matrix, .groupedMatrix, .attention:
      let kernel = kernelTime(operation)
      breakdown[.idealCompute] += kernel.ideal
      breakdown[.kernelInefficiency] += kernel.time - kernel.ideal
    case .memory(let bytes):
      guard bytes > .zero else { return }
      let traffic = bytes * costs.stack.kernels.elementwiseTraffic.value
      breakdown[.memoryBound] += costs.kernels.memoryPass(traffic, operation.passName).time
    case .collective(let kind, let axis, let payload):
      let time = try communicated(
        costs.communication.collective(kind, group: group(axis), payload: payload),
        over: axis.rawValue)
      try checkBandwidth(time, payload: payload, group: group(axis), axis: axis)
      breakdown[axis.part] +=
        time * slowdown(axis) * (1 - costs.overlap(axis.overlap, in: plan))
      breakdown[.hostOverhead] += costs.stack.host.perCollective.value
    case .exchange(let exchange):
      let time = try communicated(
        costs.communication.exchange(
          exchange, group: plan.expertGroup,
          deduplicated: costs.stack.kernels.deduplicatedDispatch),
        over: "expert")
      breakdown[.expertCommunication] +=
        time * costs.stack.kernels.exchangeSlowdown.value * (1 - costs.overlap(.expert, in: plan))
      breakdown[.hostOverhead] += costs.stack.host.perCollective.value
    }
  }

  /// A collective cannot run faster than a rank's link carries what must reach the rank.
  private func checkBandwidth(
    _ time: Seconds, payload: Bytes, group: RankGroup, axis: Operation.Axis
  ) throws {
    let least = costs.communication.leastTime(group: group, payload: payload)
    guard time >= least * (1 - 1e-9) else {
      throw EstimateFault.beyondPhysics(
        what: "The \(axis.rawValue) group's bus bandwidth in bytes a second",
        value: payload.value / time.value, limit: payload.value / least.value)
    }
  }

  private func kernelTime(_ operation: Operation) -> KernelTime {
    var kernel: KernelTime
    let slowdown: Double
    switch operation.work {
    case .matrix(let m, let n, let k):
      kernel = costs.kernels.matrix(
        m: m, n: n, k: k, pass: operation.pass, precision: operation.precision,
        blockScaled: blockScaled)
      slowdown = matrixSlowdown
    case .groupedMatrix(let rows, let n, let k):
      kernel = expertProducts(rows, n: n, k: k, operation)
      slowdown = matrixSlowdown
    case .attention(let shape):
      kernel = costs.kernels.attention(
        shape, backward: operation.pass != .forward, precision: operation.precision)
      slowdown = costs.stack.kernels.attentionSlowdown.value
    case .memory, .collective, .exchange:
      preconditionFailure("only products and attention run as compute kernels")
    }
    kernel.time = kernel.time * slowdown
    return kernel
  }

  /// What the device's lasting load and the framework make of a product's time in the tables.
  private var matrixSlowdown: Double {
    costs.fleet.kernels.sustainedSlowdown * costs.stack.kernels.matrixSlowdown.value
  }

  /// The products of a rank's experts: by one grouped kernel, or by a plain product for each expert,
  /// whichever is quicker. Few experts with many rows each are better off alone.
  private func expertProducts(
    _ rows: ExpertRows, n: Double, k: Double, _ operation: Operation
  ) -> KernelTime {
    let grouped = costs.kernels.groupedMatrix(
      rows: rows, n: n, k: k, pass: operation.pass, precision: operation.precision,
      blockScaled: blockScaled)
    guard rows.active > 0 else { return grouped }
    let alone = costs.kernels.matrix(
      m: rows.total / rows.active, n: n, k: k, pass: operation.pass,
      precision: operation.precision, blockScaled: blockScaled)
    let each = KernelTime(time: alone.time * rows.active, ideal: grouped.ideal)
    return each.time < grouped.time ? each : grouped
  }

  private func communicated(_ time: Seconds?, over axis: String) throws -> Seconds {
    guard let time else { throw EstimateFault.noNetwork(axis: axis) }
    return time
  }

  func group(_ axis: Operation.Axis) -> RankGroup {
    switch axis {
    case .tensor: plan.tensorGroup
    case .context: plan.contextGroup
    case .expertTensor: plan.expertTensorGroup
    }
  }

  /// Gathers over expert-tensor ranks move the same unequal pieces as the exchange before them.
  func slowdown(_ axis: Operation.Axis) -> Double {
    axis == .expertTensor ? costs.stack.kernels.exchangeSlowdown.value : 1
  }
}

extension Operation.Axis {
  /// The part of the breakdown that holds the axis's exposed communication.
  var part: StepBreakdown.Part {
    switch self {
    case .tensor: .tensorCommunication
    case .context: .contextCommunication
    case .expertTensor: .expertCommunication
    }
  }

  /// What can hide it.
  var overlap: Overlaps {
    switch self {
    case .tensor: .tensor
    case .context: .context
    case .expertTensor: .expert
    }
  }
}
