public import Hardware

/// Why a fleet cannot be had at all, whatever it would take.
public enum MarketBarrier: Sendable {
  /// Export rules forbid it, or may, on the day of the scenario.
  case notForSale(ExportStanding, destination: String, day: CalendarDate)
  /// Fewer are to be had than make one domain with its spares; more come later, or never.
  case notSupplied(day: CalendarDate, next: Supply.Step?)
}
