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
  } catch let faults as Faults {
    complain(faults.description)
    throw ExitCode(2)
  } catch let refusal as PlanRefusal {
    for fault in refusal.faults {
      complain("\(refusal.model) on \(refusal.fleet): \(fault)")
    }
    throw ExitCode(2)
  } catch let error as CSVError {
    for fault in error.faults { complain("\(fault)") }
    throw ExitCode(2)
  } catch let error as UnknownKernelTable {
    complain("\(error)")
    throw ExitCode(2)
  } catch let error as KernelCalibrationError {
    complain("\(error)")
    throw ExitCode(2)
  } catch let fault as SweepFileFault {
    complain("\(fault)")
    throw ExitCode(2)
  } catch let error as StackFitError {
    complain("\(error)")
    throw ExitCode(2)
  } catch let fault as PlanTextFault {
    complain("\(fault)")
    throw ExitCode(2)
  } catch let fault as ModelFault {
    complain("\(fault)")
    throw ExitCode(2)
  } catch let fault as TextFault {
    complain("\(fault)")
    throw ExitCode(2)
  } catch let error as NumericsError {
    complain("\(error)")
    throw ExitCode(1)
  } catch let fault as WriteFault {
    complain(fault.description)
    throw ExitCode(1)
  } catch let none as NoAnswer {
    for question in none.questions {
      complain("\(question): no fleet answers this question. The remarks say what is nearest.")
    }
    throw ExitCode(1)
  } catch let unknown as UnknownChoice {
    complain("\(unknown)")
    throw ExitCode(2)
  } catch let none as NoPlanFits {
    complain("\(none)")
    throw ExitCode(1)
  } catch let fault as EstimateFault {
    complain("\(fault)")
    throw ExitCode(fault.isOfHardware ? 2 : 1)
  }
}
