/// What is wrong with a file as YAML, or is left out of the YAML that input files may use.
public enum YAMLCause: Hashable, Sendable {
  /// A problem in the parser's own words.
  case syntax(problem: String)
  case tab
  case directive
  case anchor(name: String)
  case alias(name: String)
  case tag(name: String)
  case severalDocuments
  case tooDeep(limit: Int)
  case keyNotText
  case mergeKey
  case duplicateKey(firstLine: Int)

  var words: String {
    switch self {
    case .syntax(let problem): "is not YAML: \(problem). \(remedy(for: problem))"
    case .tab: "a tab indents this line. Indent with spaces."
    case .directive: "a line starts with '%', which YAML keeps for directives. Leave it out."
    case .anchor(let name): "anchors such as '&\(shown(name))' are not read. Leave it out."
    case .alias(let name):
      "aliases such as '*\(shown(name))' are not read. Write the value itself."
    case .tag(let name): "tags such as \(quoted(name)) are not read. Leave it out."
    case .severalDocuments: "a second document starts here. Keep one document in a file."
    case .tooDeep(let limit):
      "lists and tables are nested more than \(limit) deep. No input needs that: check the brackets."
    case .keyNotText: "a key is not a word. Write keys as plain words, such as 'name: ...'."
    case .mergeKey: "merge keys are not read. Write the keys themselves."
    case .duplicateKey(let firstLine):
      "stands twice, first on line \(firstLine). Keep one of the two."
    }
  }

  private func remedy(for problem: String) -> String {
    switch problem {
    case "mapping values are not allowed in this context":
      "Put a text that holds ': ' in quotes, or check the indentation."
    case "did not find expected ',' or ']'": "Close the list with ']'."
    case "did not find expected ',' or '}'": "Close the table with '}'."
    case "found unexpected end of stream": "Close the quotes."
    case "could not find expected ':'": "Write a key with its value as 'key: value'."
    default: "Check the indentation, brackets and quotes here."
    }
  }
}
