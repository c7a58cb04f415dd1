import ArgumentParser
import Foundation
import Hardware
import InputFiles
import Planner
import Reports

struct ProfilesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profiles",
    abstract: "List devices, fabrics, kernels, stacks, prices, fleets and models, or show one.",
    discussion: """
      Example: steelyard profiles devices
      Example: steelyard profiles devices nvidia-h100-sxm
      Example: steelyard profiles --export-rules 2023-10-17
      """)

  @Argument(help: "A kind: \(FileKind.listed.map(\.plural).joined(separator: ", ")).")
  var kind: String?

  @Argument(help: "The name of one profile: shows every number with its origin.")
  var name: String?

  @Option(
    help: ArgumentHelp(
      "Every device, and whether export rules let it be sold on a day.", valueName: "day"),
    transform: { text in
      guard let day = CalendarDate(day: text) else {
        throw ValidationError("'\(text)' is not a day. Write it as '2023-10-17'.")
      }
      return day
    })
  var exportRules: CalendarDate?

  @Option(help: ArgumentHelp("Where those devices would go.", valueName: "place"))
  var destination = "China"

  @OptionGroup var shared: SharedOptions

  func validate() throws {
    if exportRules != nil && kind != nil {
      throw ValidationError("'--export-rules' lists devices by itself: leave '\(kind ?? "")' out.")
    }
  }

  func run() async throws {
    try await failing {
      let catalog = try shared.catalog()
      if let day = exportRules {
        let place = Reference(destination, at: Place(file: "--destination"))
        let listings = try catalog.exportTable(on: day, destination: place)
        show(ExportReport.table(listings, isNarrow: shared.format == .table))
        return
      }
      guard let kind else {
        show(ProfileReport.kinds(FileKind.listed.map { ($0.plural, catalog.ids(of: $0).count) }))
        return
      }
      guard let listed = FileKind.listed.first(where: { $0.plural == kind }) else {
        throw ValidationError(
          "There is no kind '\(kind)'. Kinds: \(FileKind.listed.map(\.plural).joined(separator: ", "))."
        )
      }
      if let name {
        try show(listed, named: name, in: catalog)
      } else if listed == .device {
        show(ProfileReport.devices(catalog.devices.all().compactMap(\.value)))
      } else {
        show(ProfileReport.names(catalog.ids(of: listed)))
      }
    }
  }

  /// Every number of a profile with its origin. A kind whose numbers state none, such as a fleet, is
  /// shown as it is written.
  private func show(_ kind: FileKind, named name: String, in catalog: Catalog) throws {
    let records = try catalog.records(of: kind, named: name)
    guard records.isEmpty else { return show(ProfileReport.numbers(records)) }
    let path = catalog.path("\(kind.folder)/\(name).yaml")
    print(try String(contentsOfFile: path, encoding: .utf8), terminator: "")
  }

  private func show<Row: Sendable>(_ table: Table<Row>) {
    print(table.text(shared.format), terminator: "")
  }
}

extension FileKind {
  /// The kinds that the command lists.
  fileprivate static let listed = FileKind.allCases.filter {
    $0 != .scenario && $0 != .exchangeRates
  }

  /// The kind as the command names it: the last part of its folder.
  fileprivate var plural: String {
    folder.split(separator: "/").last.map(String.init) ?? folder
  }
}
