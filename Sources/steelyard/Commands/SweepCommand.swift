import ArgumentParser
import InputFiles
import Planner
import Reports

struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Answer a scenario at every point of its 'sweep' block; rows stream to a CSV file.",
    discussion: """
      Example: steelyard sweep scenarios/mine.yaml --output mine.csv

      Ended by anything, it goes on where it was with --resume. On several machines, each runs \
      one --shard, and 'steelyard merge' joins their files. Under mpirun, the ranks share out \
      the shards and the file is joined at the end.
      """)

  @Argument(help: "A scenario file with a 'sweep' block.", completion: .file(extensions: ["yaml"]))
  var scenario: String

  @Option(
    help: ArgumentHelp(
      "The CSV file; reports/NAME/sweep.csv of the project where it is not given.",
      valueName: "file"))
  var output: String?

  @Flag(help: "Go on where an earlier run of the same sweep was ended.")
  var resume = false

  @Option(help: ArgumentHelp("Answer one part of the sweep only, such as 2/8.", valueName: "i/n"))
  var shard: String?

  @Option(
    help: ArgumentHelp("Under mpirun, the parts that are dealt out to the ranks.", valueName: "n"))
  var shards: Int?

  @Flag(help: "Under mpirun, leave the parts as they are; 'steelyard merge' joins them later.")
  var apart = false

  @Flag(help: "Run a sweep of more than a thousand million points.")
  var yes = false

  @Option(
    help: ArgumentHelp("Cores to use; all of them where it is not given.", valueName: "count"))
  var threads: Int?

  @OptionGroup var shared: SharedOptions

  func validate() throws {
    if let shard, parsed(shard) == nil {
      throw ValidationError(
        "'\(shard)' is no shard. Write its number and their count, such as 2/8.")
    }
    if let shards, shards < 2 { throw ValidationError("'--shards' must be 2 or more.") }
    if shard != nil, shards != nil {
      throw ValidationError("'--shard' is for one process, '--shards' for mpirun. Give one.")
    }
    if shards != nil, launchedRanks == nil {
      throw ValidationError("'--shards' is for a sweep under mpirun. Use '--shard i/n' without.")
    }
    if apart, launchedRanks == nil {
      throw ValidationError(
        "'--apart' is for a sweep under mpirun. Other shards stay apart anyway.")
    }
    if let threads, threads < 1 { throw ValidationError("'--threads' must be 1 or more.") }
  }

  func run() async throws {
    try await failing {
      let question = try shared.catalog(scenario: scenario).sweep(at: scenario, allowsAny: yes)
      let job = try SweepJob(question, path: output ?? "\(question.reportFolder)/sweep.csv")
      if sharesOut {
        let dealt = DealtSweep(
          job: job, shards: shards ?? min(job.chunks, DealtSweep.mostShards), joins: !apart)
        try await dealt.run(resumes: resume, threads: threads ?? 0, quiet: shared.quiet)
      } else {
        try await job.answer(
          shard.flatMap(parsed) ?? .whole, resumes: resume, threads: threads ?? 0,
          quiet: shared.quiet)
      }
    }
  }

  /// Whether this is one of several ranks that find out among themselves who answers what.
  private var sharesOut: Bool {
    shard == nil && (launchedRanks.map { $0 > 1 || DealtSweep.isBuiltIn } ?? false)
  }

  private func parsed(_ text: String) -> SweepShard? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    return SweepShard(number, of: count)
  }
}
