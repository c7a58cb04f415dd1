import CostModel
public import Hardware
import Units

/// Turns the tables of one machine into a fleet of one device.
public struct HostCalibration {
  /// The machine as a fleet.
  public let fleet: Fleet

  /// Fits the curves of a device to its kernel table.
  ///
  /// - Parameters:
  ///   - kernels: A table of training kernels.
  ///   - machines: The machine table beside it.
  /// - Throws: `CSVError`, `UnknownKernelTable`, or `KernelCalibrationError` where rows are missing.
  public init(device: String, kernels: String, machines: String) throws {
    let machine = try HostMachine(device: device, in: machines)
    let calibration = try KernelCalibration(tables: [kernels])
    guard let bandwidth = calibration.sustainedBandwidth(of: device) else {
      throw KernelCalibrationError(
        device: device,
        .missing("pass over at least \(Int(largePass.value / 1e6)) MB of memory"),
        allowsFallback: false)
    }
    guard let product = calibration.quickestProduct(of: device) else {
      throw KernelCalibrationError(
        device: device, .missing("product (gemm)"), allowsFallback: false)
    }
    let silicon = machine.silicon(bandwidth: bandwidth, bestProduct: product)
    fleet = .alone(
      silicon,
      kernels: try calibration.trainingProfile(
        of: silicon, source: "steelyard measure on this machine"))
  }
}

/// A pass over so much memory is not served by caches.
private let largePass = Bytes(16e6)

extension KernelCalibration {
  /// The largest rate of a pass over a large part of memory that the tables hold of a device.
  func sustainedBandwidth(of device: String) -> BytesPerSecond? {
    trainingRows(of: device).compactMap { training, time -> BytesPerSecond? in
      guard case .memory(_, let bytes) = training, bytes >= largePass else { return nil }
      return bytes / time
    }.max()
  }

  /// The largest rate of a plain product.
  func quickestProduct(of device: String) -> FLOPsPerSecond? {
    trainingRows(of: device).compactMap { training, time -> FLOPsPerSecond? in
      guard case .matrix(let product) = training else { return nil }
      return FLOPs(2 * product.m * product.n * product.k) / time
    }.max()
  }
}
