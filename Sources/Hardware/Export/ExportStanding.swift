/// How a device stands with the rules of a day, for one destination.
public struct ExportStanding: Sendable, Equatable {
  /// The two are one unless a figure is missing that decides between them.
  public private(set) var atBest = ExportVerdict.free
  public private(set) var atWorst = ExportVerdict.free
  /// What said so last; nil where no clause applies.
  public private(set) var clause: String?
  public private(set) var rule: String?
  /// From when the rule holds.
  public private(set) var from: CalendarDate?
  /// Figures for want of which a clause is left open.
  public private(set) var missing: [ExportFigure] = []

  /// Nil where a missing figure leaves it open.
  public var verdict: ExportVerdict? { atBest == atWorst ? atBest : nil }

  mutating func take(_ clause: ExportClause, of rule: ExportRule, for item: ExportItem) {
    let before = (atBest, atWorst)
    switch (clause.applies(to: item), clause.eases) {
    case (false, _): return
    case (true, false):
      (atBest, atWorst) = (max(atBest, clause.verdict), max(atWorst, clause.verdict))
    case (true, true):
      (atBest, atWorst) = (min(atBest, clause.verdict), min(atWorst, clause.verdict))
    case (nil, false): atWorst = max(atWorst, clause.verdict)
    case (nil, true): atBest = min(atBest, clause.verdict)
    }
    guard before != (atBest, atWorst) else { return }
    self.clause = clause.name
    self.rule = rule.name
    from = rule.from
    missing = clause.applies(to: item) == nil ? clause.missing(in: item) : []
  }
}

extension ExportRules {
  /// How a device stands on a day: each clause in force, in the order of their dates, tightens or eases
  /// what the ones before it left.
  ///
  /// - Parameter known: The day up to which rules are known; the same day where absent.
  public func standing(
    of item: ExportItem, in destination: String, on day: CalendarDate, known: CalendarDate? = nil
  ) -> ExportStanding {
    var standing = ExportStanding()
    for rule in rules
    where rule.isInForce(on: day) && rule.isKnown(on: known ?? day)
      && rule.speaks(of: item, in: destination)
    {
      for clause in rule.clauses { standing.take(clause, of: rule, for: item) }
    }
    return standing
  }
}

extension [ExportRules] {
  /// The standing with the authority that is strictest.
  public func standing(
    of item: ExportItem, in destination: String, on day: CalendarDate, known: CalendarDate? = nil
  ) -> ExportStanding {
    let standings = map { $0.standing(of: item, in: destination, on: day, known: known) }
    return standings.reduce(ExportStanding()) {
      ($1.atWorst, $1.atBest) > ($0.atWorst, $0.atBest) ? $1 : $0
    }
  }

  /// The day on which everything is in force that is known on a day; nil where it is already.
  public func lastAnnounced(on day: CalendarDate) -> CalendarDate? {
    flatMap(\.rules).filter { $0.isKnown(on: day) && $0.from > day }.map(\.from).max()
  }

  /// Places that some rule names, sorted.
  public var destinations: [String] {
    Set(flatMap(\.rules).flatMap { $0.destinations ?? [] }).sorted()
  }
}
