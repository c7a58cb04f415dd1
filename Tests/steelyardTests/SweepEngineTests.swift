import Foundation
import Testing

@testable import steelyard

/// Each trial is a script under `tools/sweep-trials/` that a user can run as well.
@Suite("Sweeps under Slurm and mpirun")
struct SweepEngineTests {
  @Test(
    "a Slurm array with a requeued shard makes the file of an unbroken run",
    .enabled(
      if: getuid() == 0 && isInstalled("slurmctld", "slurmd", "munged", "sbatch"),
      "needs root and Debian's packages slurm-wlm and munge"))
  func slurm() throws { try trial("slurm.sh") }

  @Test(
    "a sweep whose rank is killed and that is resumed makes the file of one process",
    .enabled(
      if: DealtSweep.isBuiltIn && isInstalled("mpirun"),
      "needs a build with STEELYARD_MPI=1, and mpirun"))
  func mpi() throws { try trial("mpi.sh") }

  @Test("ranks are those that the launcher started, of whatever kind it is")
  func launchers() {
    #expect(ranksLaunched(in: ["OMPI_COMM_WORLD_SIZE": "4", "SLURM_NTASKS": "1"]) == 4)
    #expect(ranksLaunched(in: ["PMI_SIZE": "2"]) == 2)
    let slurm = ["SLURM_NTASKS": "8", "SLURM_STEP_NUM_TASKS": "2"]
    #expect(ranksLaunched(in: slurm.merging(["PMIX_RANK": "0"]) { $1 }) == 2)
    #expect(ranksLaunched(in: slurm) == nil)
  }

  private func trial(_ script: String) throws {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("steelyard")
    let output = Pipe()
    let process = Process()
    process.executableURL = root.appendingPathComponent("tools/sweep-trials/\(script)")
    process.arguments = [program.path]
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let told = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: told, as: UTF8.self))")
  }

  private static func isInstalled(_ programs: String...) -> Bool {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return programs.allSatisfy { program in
      folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
  }
}
