import CSV
public import Hardware
public import Units

/// What a machine says of itself: the row of a machine table.
///
/// | column | is |
/// |---|---|
/// | device | the name by which kernel tables know it |
/// | processor, instruction_set, blas_kernels | words |
/// | workers | cores that share the work |
/// | operations_per_cycle | FP32 operations of one core in a cycle |
/// | clock_ghz | measured |
/// | memory_gb | in 10⁹ bytes |
public struct HostMachine: Sendable {
  public static let columns = [
    "device", "processor", "workers", "instruction_set", "operations_per_cycle", "clock_ghz",
    "memory_gb", "blas_kernels",
  ]

  public var device: String
  public var processor: String
  public var workers: Int
  public var instructionSet: String
  public var operationsPerCycle: Double
  /// Cycles a second.
  public var clock: Double
  public var memory: Bytes
  public var kernels: String

  public init(
    device: String, processor: String, workers: Int, instructionSet: String,
    operationsPerCycle: Double, clock: Double, memory: Bytes, kernels: String
  ) {
    self.device = device
    self.processor = processor
    self.workers = workers
    self.instructionSet = instructionSet
    self.operationsPerCycle = operationsPerCycle
    self.clock = clock
    self.memory = memory
    self.kernels = kernels
  }

  /// Reads the row of a device.
  ///
  /// - Throws: `CSVError` where the table is broken; `KernelCalibrationError` where it has no such
  ///   row.
  public init(device: String, in path: String) throws {
    let table = try CSVTable(path: path, required: Self.columns)
    guard let row = table.rows.first(where: { $0["device"] == device }) else {
      throw KernelCalibrationError(
        device: device, .missing("row of the device in \(path)"), allowsFallback: false)
    }
    let workers = try row.integer("workers")
    guard workers > 0 else { throw row.error("workers", .notPositive(row["workers"])) }
    self.init(
      device: device, processor: row["processor"], workers: workers,
      instructionSet: row["instruction_set"],
      operationsPerCycle: try row.positive("operations_per_cycle"),
      clock: try row.positive("clock_ghz") * 1e9,
      memory: try row.positive("memory_gb") * Bytes.GB, kernels: row["blas_kernels"])
  }

  /// workers · clock · operations a cycle.
  public var peak: FLOPsPerSecond { FLOPsPerSecond(Double(workers) * clock * operationsPerCycle) }

  /// The machine as a device.
  ///
  /// - Parameters:
  ///   - bandwidth: The largest sustained rate of a pass over memory.
  ///   - bestProduct: The quickest measured product: a peak below it would be wrong, and is raised.
  public func silicon(bandwidth: BytesPerSecond, bestProduct: FLOPsPerSecond) -> Device {
    let words = "\(processor): \(workers) cores with \(instructionSet)"
    let counted = Sourced(
      peak, .derived,
      source: "cores · measured clock · \(Int(operationsPerCycle)) operations a cycle")
    let seen = Sourced(
      bestProduct, .measured, source: "the quickest product measured, above what was counted")
    return Device(
      id: device, name: "This machine, \(words)", vendor: "host",
      peaks: [.fp32: bestProduct > peak ? seen : counted],
      memoryCapacity: Sourced(memory, .measured, source: "the operating system"),
      memoryBandwidth: Sourced(
        bandwidth, .measured, source: "the quickest large pass over memory that was measured"))
  }
}
