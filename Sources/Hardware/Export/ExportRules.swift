/// The rules of one authority for what may be sold where, from when.
public struct ExportRules: Sendable {
  /// The name of their file.
  public var id: String
  public var name: String
  /// In the order in which they came into force.
  public var rules: [ExportRule]

  public init(id: String, name: String, rules: [ExportRule]) {
    self.id = id
    self.name = name
    self.rules = rules
  }
}

/// What a rule says of a sale, the freest first.
public enum ExportVerdict: String, CaseIterable, Comparable, Sendable {
  case free
  /// After a notice to the authority.
  case notification
  /// Nobody forbids the sale, and whoever uses the device risks a violation.
  case risk
  /// With a licence that some applicants get.
  case caseByCase = "case-by-case"
  /// With a licence that is refused as a rule.
  case denied

  public static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One rule with its dates.
public struct ExportRule: Sendable {
  public var name: String
  /// The first day on which it holds.
  public var from: CalendarDate
  /// The first day on which it holds no more.
  public var until: CalendarDate?
  /// When it was made public, where that was before it held.
  public var announced: CalendarDate?
  /// Where the goods go; nil is anywhere.
  public var destinations: [String]?
  /// Countries whose goods it speaks of; nil is any.
  public var countries: [String]?
  public var clauses: [ExportClause]
  public var source: String

  public init(
    name: String, from: CalendarDate, until: CalendarDate? = nil, announced: CalendarDate? = nil,
    destinations: [String]? = nil, countries: [String]? = nil, clauses: [ExportClause],
    source: String
  ) {
    self.name = name
    self.from = from
    self.until = until
    self.announced = announced
    self.destinations = destinations
    self.countries = countries
    self.clauses = clauses
    self.source = source
  }

  func isInForce(on day: CalendarDate) -> Bool { from <= day && until.map { day < $0 } ?? true }

  func isKnown(on day: CalendarDate) -> Bool { announced ?? from <= day }

  func speaks(of item: ExportItem, in destination: String) -> Bool {
    if let destinations, !destinations.contains(destination) { return false }
    if let countries { return item.country.map(countries.contains) ?? false }
    return true
  }
}

/// One paragraph of a rule: the items that it is about, and what it says of them.
public struct ExportClause: Sendable {
  /// Limits that hold together.
  public typealias Limits = [ExportFigure: ExportLimit]

  public var name: String
  public var verdict: ExportVerdict
  /// Whether it eases what stood before; otherwise it tightens it.
  public var eases: Bool
  /// The only devices that it is about; nil is any.
  public var devices: [String]?
  /// Whether devices that are not made for data centres are left out.
  public var isForDataCentersOnly: Bool
  /// It applies where one of these holds; none is always.
  public var alternatives: [Limits]

  public init(
    name: String, verdict: ExportVerdict, eases: Bool = false, devices: [String]? = nil,
    isForDataCentersOnly: Bool = false, alternatives: [Limits] = []
  ) {
    self.name = name
    self.verdict = verdict
    self.eases = eases
    self.devices = devices
    self.isForDataCentersOnly = isForDataCentersOnly
    self.alternatives = alternatives
  }

  /// Whether it applies; nil where a missing figure leaves that open.
  func applies(to item: ExportItem) -> Bool? {
    if let devices, !devices.contains(item.device) { return false }
    if isForDataCentersOnly && !item.isForDataCenters { return false }
    if alternatives.isEmpty { return true }
    let answers = alternatives.map { limits in all(limits.map { $1.holds(for: item.figures[$0]) }) }
    return answers.contains(true) ? true : answers.contains(nil) ? nil : false
  }

  private func all(_ answers: [Bool?]) -> Bool? {
    answers.contains(false) ? false : answers.contains(nil) ? nil : true
  }

  /// The figures that it asks for and an item lacks.
  func missing(in item: ExportItem) -> [ExportFigure] {
    ExportFigure.allCases.filter { figure in
      item.figures[figure] == nil && alternatives.contains { $0[figure] != nil }
    }
  }
}

/// From a number on, or below one, or both.
public struct ExportLimit: Sendable, Equatable {
  public var atLeast: Double?
  public var below: Double?

  public init(atLeast: Double? = nil, below: Double? = nil) {
    self.atLeast = atLeast
    self.below = below
  }

  /// Nil where there is no number to hold against it.
  func holds(for value: Double?) -> Bool? {
    value.map { value in (atLeast.map { value >= $0 } ?? true) && (below.map { value < $0 } ?? true)
    }
  }
}
