/// What keeps a price from being known in the scenario's currency.
public enum PriceCause: Hashable, Sendable {
  case noPrice(list: String, device: String, listed: [String])
  case noList(fleet: String)
  case noRate(from: String, to: String, known: [String])
  case noDateToConvert(from: String, to: String)
  case budgetInOther(currency: String, wanted: String)
  case sameCurrency(String)

  var words: String {
    switch self {
    case .noPrice(let list, let device, let devices):
      """
      the price list \(quoted(list)) has no price for \(quoted(device)); it has \
      \(listed(devices)). Add it there, or name another list.
      """
    case .noList(let fleet):
      "the fleet \(quoted(fleet)) names no price list. Add its 'price', or name another fleet."
    case .noRate(let from, let to, let known):
      """
      no exchange rate from \(from) to \(to) is known\(known.isEmpty ? "" : ", only \(listed(known))"). \
      Add a dated rate to 'hardware-profiles/prices/exchange-rates.yaml'.
      """
    case .noDateToConvert(let from, let to):
      "is in \(from), and the scenario in \(to). Add the figure's 'date', so that it can be converted."
    case .budgetInOther(let currency, let wanted):
      "is in \(currency), and the scenario in \(wanted). Write the budget in \(wanted)."
    case .sameCurrency(let currency):
      "\(currency) in \(currency) is no exchange rate. Name two currencies."
    }
  }
}
