/// What is wrong with one word or date.
public enum WordCause: Hashable, Sendable {
  case notBoolean(text: String, meant: Bool?)
  /// A number or a truth value.
  case inQuotes(text: String)
  case notAChoice(text: String, choices: [String], nearest: String?)
  case unprintable(text: String)
  case notADate(text: String)
  case notADay(text: String)
  case notACurrency(text: String)
  case notACountry(text: String)

  var words: String {
    switch self {
    case .notBoolean(let text, let meant?):
      "\(quoted(text)) is not read as true or false. Write '\(meant)'."
    case .notBoolean(let text, nil):
      "\(quoted(text)) is neither true nor false. Write 'true' or 'false'."
    case .inQuotes(let text):
      "\(quoted(text)) stands in quotes, which make it text. Leave the quotes out."
    case .notAChoice(let text, _, let nearest?):
      "\(quoted(text)) is not a choice here. Did you mean \(quoted(nearest))?"
    case .notAChoice(let text, let choices, nil):
      "\(quoted(text)) is not a choice here. Choose \(alternatives(choices.map(quoted)))."
    case .unprintable(let text):
      "\(quoted(text)) holds characters that cannot be shown. Leave them out."
    case .notADate(let text):
      "\(quoted(text)) is not a date. Write it as '2025-03' or '2025-03-10'."
    case .notADay(let text):
      "\(quoted(text)) is not a day. Write it as '2025-03-10'."
    case .notACountry(let text):
      "\(quoted(text)) is not a country. Write two capital letters, such as 'US'."
    case .notACurrency(let text):
      "\(quoted(text)) is not a currency. Write three capital letters, such as 'RMB'."
    }
  }
}
