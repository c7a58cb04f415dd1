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
      one --shard, and 'steelyard merge' joins their files.
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
    if let threads, threads < 1 { throw ValidationError("'--threads' must be 1 or more.") }
  }

  func run() async throws {
    try await failing {
      let question = try shared.catalog(scenario: scenario).sweep(at: scenario, allowsAny: yes)
      let shard = shard.flatMap(parsed) ?? .whole
      let path = output ?? "\(question.reportFolder)/sweep.csv"
      try await SweepJob(question: question, shard: shard, path: shard.path(of: path)).run(
        resumes: resume, threads: threads ?? 0, quiet: shared.quiet)
    }
  }

  private func parsed(_ text: String) -> SweepShard? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    return SweepShard(number, of: count)
  }
}
