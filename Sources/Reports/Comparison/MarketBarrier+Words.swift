import Hardware
import Planner

extension MarketBarrier {
  /// What a table of fleets says came of the question.
  var status: String {
    switch self {
    case .notForSale: "not for sale"
    case .notSupplied: "not to be had"
    }
  }

  /// The rule or the supply that says so.
  var remark: String {
    switch self {
    case .notForSale(let standing, let destination, let day):
      let rule = [standing.rule, standing.from.map { "in force from \($0)" }].compactMap(\.self)
      return "To \(destination) on \(day): \(standing.word), \(standing.reason) "
        + "(\(rule.joined(separator: ", ")))."
    case .notSupplied(let day, let next?):
      return "Too few can be had on \(day) for one domain and its spares; \(next.devices) can from "
        + "\(next.from) on."
    case .notSupplied(let day, nil):
      return
        "Too few can be had on \(day) for one domain and its spares, and no later date is given."
    }
  }
}
