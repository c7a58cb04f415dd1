import ArgumentParser
import Reports

struct MergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the shards of a sweep into one CSV file.",
    discussion: """
      Example: steelyard merge mine.csv --shards 8 joins mine.1-of-8.csv to mine.8-of-8.csv. The \
      result is what one process would have written, byte by byte.
      """)

  @Argument(help: "The file of the whole sweep; its shards stand beside it.")
  var file: String

  @Option(help: "The number of shards.")
  var shards: Int

  @Flag(help: "Print nothing.")
  var quiet = false

  func validate() throws {
    if shards < 2 { throw ValidationError("A sweep is joined from 2 shards or more.") }
  }

  func run() async throws {
    try await failing {
      let bytes = try mergeShards(into: file, count: shards)
      if !quiet { complain("Merged: \(file), \(bytes) bytes") }
    }
  }
}
