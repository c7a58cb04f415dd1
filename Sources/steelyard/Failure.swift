import ArgumentParser
import CSV
import Calibration
import CostModel
import Glibc
import InputFiles
import MoEKernel
import Numerics
import Planner
import Reports

/// Writes to standard error.
func complain(_ text: String) {
  var line = text + "\n"
  line.withUTF8 { bytes in
    _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
  }
}

/// Runs a command's work and turns what goes wrong into words and an exit status.
func failing(_ work: () async throws -> Void) async throws {
  do {
    try await work()
    // What was printed may still be on its way: an answer that does not arrive is no success.
    guard fflush(nil) == 0 else {
      complain("Standard output cannot be written: \(String(cString: strerror(errno))).")
      throw ExitCode(1)
    }
  } catch {
    guard let status = exitStatus(of: error) else { throw error }
    for line in lines(about: error) { complain(line) }
    throw ExitCode(status)
  }
}

/// 2 where the question was ill-posed, 1 where the work failed, nil for what the argument parser tells.
private func exitStatus(of error: any Error) -> Int32? {
  switch error {
  case is Faults, is PlanRefusal, is CSVError, is UnknownKernelTable, is KernelCalibrationError,
    is SweepFileFault, is StackFitError, is PlanTextFault, is ModelFault, is TextFault,
    is UnknownChoice, is PlanIsGiven, is Unmeasured:
    2
  case is NumericsError, is WriteFault, is NoAnswer, is NoPlanFits: 1
  case let fault as EstimateFault: fault.isOfHardware ? 2 : 1
  default: nil
  }
}

private func lines(about error: any Error) -> [String] {
  switch error {
  case let refusal as PlanRefusal:
    refusal.faults.map { "\(refusal.model) on \(refusal.fleet): \($0)" }
  case let error as CSVError: error.faults.map { "\($0)" }
  case let none as NoAnswer:
    none.questions.map {
      "\($0): no fleet answers this question. The remarks say what is nearest."
    }
  default: ["\(error)"]
  }
}
