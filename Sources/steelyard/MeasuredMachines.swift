import CSV
import Calibration
import Hardware
import InputFiles
import Reports

extension Catalog {
  /// What predicts a kernel table's rows of a device: its profile, and the kernels and fabric that
  /// list it. Without a fabric only what needs no links is predicted.
  ///
  /// - Throws: `Faults` where a profile that is needed has any.
  func measuredMachine(_ device: String) throws -> KernelValidation.Machine {
    guard let silicon = devices.load(device) else {
      return .unknown(reason: "no device profile '\(device.prefix(60))'")
    }
    let kernels = kernels.all().filter { $0.value?.devices.contains(device) == true }
    let fabrics = fabrics.all().filter { $0.value?.devices.contains(device) == true }
    guard let value = silicon.value else { throw Faults(silicon.faults) }
    guard let profile = kernels.first?.value else {
      return .unknown(reason: "no kernel profile lists the device")
    }
    let fabric = fabrics.first?.value
    return .known(
      MeasuredMachine(
        device: value, profile: profile, link: fabric?.scaleUp.bandwidth.value,
        interface: fabric?.scaleOut?.bandwidth.value))
  }

  /// Predicts every row of a kernel table and prints it in the format asked for: all rows as CSV,
  /// or the error statistics.
  func validateKernels(at path: String, format: TableFormat) throws {
    let reader = CSVReader(path: path)
    let validation = KernelValidation { try self.measuredMachine($0) }
    if format == .csv {
      _ = try KernelReport.writeCSV(of: reader, validation) { print($0, terminator: "") }
    } else {
      let summary = try KernelReport.summary(of: reader, validation)
      print(KernelReport.table(summary).text(format), terminator: "")
    }
  }
}
