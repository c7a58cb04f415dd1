import ArgumentParser
import Foundation
import Reports

#if canImport(MessagePassing)
  import MessagePassing
#endif

/// A sweep whose shards are dealt out to the ranks that `mpirun` started, as they become free.
struct DealtSweep {
  /// Their number does not depend on that of the ranks, so that another number of ranks can resume.
  static let mostShards = 1024

  let job: SweepJob
  let shards: Int
  /// Whether the files of the shards are joined at the end.
  let joins: Bool

  #if canImport(MessagePassing)
    static let isBuiltIn = true

    /// Answers the shards that this rank is dealt; rank 0 joins their files when all are done.
    func run(resumes: Bool, threads: Int, quiet: Bool) async throws {
      let dealer = await TaskDealer.join(tasks: shards)
      if let launchedRanks, launchedRanks != dealer.ranks {
        await dealer.leave()
        throw ValidationError(
          "the launcher started \(launchedRanks) ranks, and MPI joined \(dealer.ranks). Start them with "
            + "the launcher of this program's MPI, or give each a '--shard'.")
      }
      while let task = await dealer.next() {
        guard let shard = SweepShard(task + 1, of: shards) else { break }
        try await job.answer(shard, resumes: resumes, threads: threads, quiet: quiet)
      }
      if dealer.rank == 0 {
        await dealer.allDone()
        let bytes = shards == 1 || !joins ? nil : try mergeShards(into: job.path, count: shards)
        if let bytes, !quiet { complain("Merged: \(job.path), \(bytes) bytes") }
      }
      await dealer.leave()
    }
  #else
    static let isBuiltIn = false

    func run(resumes: Bool, threads: Int, quiet: Bool) async throws {
      throw ValidationError(
        "mpirun started several ranks, and this program was built without MPI. Build it with "
          + "STEELYARD_MPI=1, or give each rank a '--shard'.")
    }
  #endif
}

/// The number of ranks that an MPI launcher says it started, or nil where none did.
var launchedRanks: Int? { ranksLaunched(in: ProcessInfo.processInfo.environment) }

/// Open MPI and the launchers that speak PMI, such as MPICH's, each set a variable; Slurm's with PMIx tells a
/// rank, and Slurm itself their number.
func ranksLaunched(in environment: [String: String]) -> Int? {
  var names = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"]
  if environment["PMIX_RANK"] != nil { names += ["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"] }
  return names.lazy.compactMap { environment[$0].flatMap(Int.init) }.first
}
