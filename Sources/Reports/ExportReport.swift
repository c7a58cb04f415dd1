public import Hardware
import Units

/// What `profiles --export-rules` prints: every device, its figures, and what the rules of a day say.
public enum ExportReport {
  /// The full table for CSV and JSON, or a narrow one for a terminal.
  public static func table(
    _ listings: [ExportListing], isNarrow: Bool
  ) -> Table<ExportListing> {
    let device = Column<ExportListing>("device", \.item.device)
    let verdict = [
      Column<ExportListing>("verdict", \.standing.word),
      Column("from", { $0.standing.from?.description }),
      Column("announced", { $0.announced?.word }),
      Column("reason", \.standing.reason),
    ]
    return Table(
      columns: isNarrow
        ? [device] + computed + verdict : [device] + computed + links + verdict + origins,
      rows: listings)
  }

  private static let computed: [Column<ExportListing>] = [
    Column("tpp", figure(.totalProcessingPerformance), decimals: 0),
    Column("density", figure(.performanceDensity), decimals: 2),
  ]

  private static let links: [Column<ExportListing>] = [
    Column("memory_gb_per_s", figure(.memoryBandwidth, in: .GBps), decimals: 0),
    Column("links_gb_per_s", figure(.linkBandwidth, in: .GBps), decimals: 0),
  ]

  private static let origins: [Column<ExportListing>] = [
    Column("rule", \.standing.rule),
    Column("announced_from", { $0.announced?.from?.description }),
    Column("country", \.item.country),
  ]

  private static func figure(
    _ figure: ExportFigure, in unit: BytesPerSecond = BytesPerSecond(1)
  ) -> @Sendable (ExportListing) -> Double? {
    { $0.item.figures[figure].map { $0 / unit.value } }
  }
}

extension ExportStanding {
  var word: String { verdict?.rawValue ?? "open" }

  /// The clause that decides, or what is missing for it.
  var reason: String {
    guard let clause else { return "no clause applies" }
    guard !missing.isEmpty else { return clause }
    let names = missing.map(\.rawValue).joined(separator: ", ")
    return "\(atBest.rawValue) or \(atWorst.rawValue) by \(clause): \(names) not known"
  }
}
