import ArgumentParser
import InputFiles
import Planner
import Reports

struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare fleets on a model without a scenario file. Writes nothing.",
    discussion: """
      Example: steelyard compare --model ling-lite --fleets ling-a,ling-d --tokens '1 T' \
      --devices 512
      """)

  @Option(help: "The model's name, as in scenarios/models/.")
  var model: String

  @Option(help: "Names of fleets, as in hardware-profiles/fleets/, separated by commas.")
  var fleets: String

  @Option(help: "Tokens to train on.")
  var tokens: String

  @Option(help: "Devices of every fleet; each fleet's own number where it is not given.")
  var devices: Int?

  @Option(help: "Tokens in a sequence.")
  var sequenceLength = 4096

  @Option(help: "Sequences in an optimizer step.")
  var globalBatch = 4096

  @Option(help: "Number format of the layers' matrix products.")
  var precision = "bf16"

  @Option(help: "The fleet that savings are measured against; the first where it is not given.")
  var baseline: String?

  @Option(help: "The currency of all money.")
  var currency = "RMB"

  @OptionGroup var shared: SharedOptions

  func run() async throws {
    try await failing {
      let scenario = try shared.catalog().scenario(text: scenarioText, named: "compare")
      let comparison = try await Comparison.answer(scenario)
      let report = ComparisonReport(comparison)
      switch shared.format {
      case .table: print(report.terminalText, terminator: "")
      case .csv: print(report.fleets.csvText, terminator: "")
      case .json: print(report.fleets.jsonText, terminator: "")
      }
      if !comparison.hasAnswer { throw NoAnswer(questions: ["compare"]) }
    }
  }

  /// The scenario file that the options stand for, so that they are checked as a file is.
  private var scenarioText: String {
    let names = fleets.split(separator: ",").map { quoted(String($0)) }
    var lines = [
      "title: \(quoted("\(model) on \(fleets)"))",
      "model: \(quoted(model))",
      "training: {tokens: \(quoted(tokens)), sequence_length: \(sequenceLength), "
        + "global_batch: \(globalBatch), precision: \(quoted(precision))}",
      "fleets: [\(names.joined(separator: ", "))]",
      "plan: best",
      "currency: \(quoted(currency))",
    ]
    if let base = baseline.map(quoted) ?? names.first { lines.append("baseline: \(base)") }
    if let devices { lines.append("devices: \(devices)") }
    return lines.joined(separator: "\n")
  }

  /// A YAML string that stands for exactly this text.
  private func quoted(_ text: String) -> String {
    let trimmed = text.trimmingPrefix { $0 == " " }
    return "'\(trimmed.replacing("'", with: "''"))'"
  }
}
