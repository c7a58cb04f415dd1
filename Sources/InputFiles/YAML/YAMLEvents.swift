internal import CYaml

/// One event of the YAML parser: a value, or the start or end of a list, a table or a document.
struct YAMLEvent {
  enum Kind {
    case value(String, quoted: Bool)
    case listStart, tableStart, collectionEnd
    case alias(String)
    case documentStart, documentEnd, streamStart, streamEnd
  }

  var kind: Kind
  /// Counted from 1.
  var line: Int
  var anchor: String?
  var tag: String?
}

/// The event stream of libyaml, the parser inside Yams.
///
/// Yams itself hands out only a finished tree: it recurses, follows aliases, hashes whole subtrees
/// to compare keys and stops at the first duplicate. Events let the composer bound the depth, refuse
/// aliases before they multiply, and tell every duplicate.
struct YAMLEvents: ~Copyable {
  /// On the heap, because libyaml keeps a pointer to the parser inside it.
  private let parser: UnsafeMutablePointer<yaml_parser_t>

  /// - Parameter text: The whole input, which must outlive the stream.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    yaml_parser_initialize(parser)
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
  }

  /// The next event. After `streamEnd` none may be asked for.
  mutating func next() throws(CauseError) -> YAMLEvent {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(event)
  }

  private var failure: CauseError {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it ends too early"
    // libyaml's own limit, which its look-ahead can meet before the composer meets the lower one.
    let isTooDeep = problem.hasPrefix("Maximum nesting level reached")
    return CauseError(
      .yaml(isTooDeep ? .tooDeep(limit: depthLimit) : .syntax(problem: problem)),
      line: Int(parser.pointee.problem_mark.line) + 1)
  }
}

extension YAMLEvent {
  fileprivate init(_ event: yaml_event_t) {
    let data = event.data
    line = Int(event.start_mark.line) + 1
    switch event.type {
    case YAML_SCALAR_EVENT:
      let bytes = UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
      kind = .value(
        String(decoding: bytes, as: UTF8.self),
        quoted: data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
      (anchor, tag) = (text(data.scalar.anchor), text(data.scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      kind = .listStart
      (anchor, tag) = (text(data.sequence_start.anchor), text(data.sequence_start.tag))
    case YAML_MAPPING_START_EVENT:
      kind = .tableStart
      (anchor, tag) = (text(data.mapping_start.anchor), text(data.mapping_start.tag))
    case YAML_ALIAS_EVENT: kind = .alias(text(data.alias.anchor) ?? "")
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .collectionEnd
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_STREAM_START_EVENT: kind = .streamStart
    default: kind = .streamEnd
    }
  }
}

private func text(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
  bytes.map { String(cString: $0) }
}
