import Hardware

/// The most items that a list may have.
let mostItems = 10_000

/// How a value of one type is written in a file: what a field's declaration names.
///
/// A form reads a node, or reports why it cannot and returns nil. Forms are made of forms: a list
/// of tables of quantities is `.list(.table { ... })`.
struct Form<Value> {
  /// What stands for a value that could not be read. It only lets the reader go on to the next
  /// fault: a file with faults yields no value.
  var substitute: () -> Value
  var read: (YAMLNode, Spot) -> Value?
  /// The keys that a table's form declares.
  var fields: () -> [Table.Field]
  /// Of a number: what it may be.
  var range: NumberRange

  init(
    substitute: @escaping () -> Value, fields: @escaping () -> [Table.Field] = { [] },
    range: NumberRange = .any, read: @escaping (YAMLNode, Spot) -> Value?
  ) {
    self.substitute = substitute
    self.fields = fields
    self.range = range
    self.read = read
  }
}

extension Form {
  /// A form of a single value; `convert` throws the cause why the text will not do.
  static func single(
    _ substitute: @autoclosure @escaping () -> Value, range: NumberRange = .any,
    _ convert: @escaping (_ text: String, _ quoted: Bool, Spot) throws(CauseError) -> Value
  ) -> Form {
    Form(substitute: substitute, range: range) { node, spot in
      guard case .value(let text, let quoted) = node.content else {
        spot.report(.key(.wrongShape(found: node.shape, wanted: [.value], example: spot.example)))
        return nil
      }
      do throws(CauseError) {
        return try convert(text, quoted, spot)
      } catch {
        spot.report(error.cause)
        return nil
      }
    }
  }

  /// Reads a node that may also be missing its value or refused already.
  func value(of node: YAMLNode, at spot: Spot) -> Value? {
    if case .refused = node.content { return nil }
    guard !node.isNull else {
      spot.report(.key(.noValue(example: spot.example)))
      return nil
    }
    return read(node, spot)
  }

  func map<Other>(_ transform: @escaping (Value) -> Other) -> Form<Other> {
    Form<Other> {
      transform(substitute())
    } fields: {
      fields()
    } read: { node, spot in
      read(node, spot).map(transform)
    }
  }
}

extension Form where Value == String {
  /// Any text that says something, on one line or several.
  static var text: Form {
    .single("") { text, _, spot throws(CauseError) in
      guard text.contains(where: { !$0.isWhitespace }) else {
        throw CauseError(.key(.noValue(example: spot.example)))
      }
      guard text.unicodeScalars.allSatisfy({ isPrintable($0) || $0.properties.isWhitespace }) else {
        throw CauseError(.word(.unprintable(text: text)))
      }
      return text
    }
  }

  /// A year, a month or a day: `2025`, `2025-03`, `2025-03-10`.
  static var date: Form {
    .single("2000-01") { text, _, _ throws(CauseError) in
      guard CalendarDate(text) != nil else { throw CauseError(.word(.notADate(text: text))) }
      return text
    }
  }

  /// Two capital letters of a country.
  static var country: Form {
    .single("XX") { text, _, _ throws(CauseError) in
      guard text.count == 2, text.allSatisfy({ ("A"..."Z").contains($0) }) else {
        throw CauseError(.word(.notACountry(text: text)))
      }
      return text
    }
  }

  static var currency: Form {
    .single("XXX") { text, _, _ throws(CauseError) in
      guard isCurrency(text) else { throw CauseError(.word(.notACurrency(text: text))) }
      return text
    }
  }
}

extension Form where Value == CalendarDate {
  /// A day: `2025-03-10`.
  static var day: Form {
    .single(CalendarDate(year: 2000)) { text, _, _ throws(CauseError) in
      guard let day = CalendarDate(day: text) else {
        throw CauseError(.word(.notADay(text: text)))
      }
      return day
    }
  }
}

extension Form where Value == Bool {
  static var boolean: Form {
    .single(false) { text, quoted, _ throws(CauseError) in
      if let value = Bool(text) {
        if quoted { throw CauseError(.word(.inQuotes(text: text))) }
        return value
      }
      let yes = ["yes", "on", "y", "1", "true"].contains(text.lowercased())
      let no = ["no", "off", "false", "n", "0"].contains(text.lowercased())
      throw CauseError(.word(.notBoolean(text: text, meant: yes ? true : no ? false : nil)))
    }
  }
}

extension Form where Value == Int {
  /// A whole number, as digits: no fraction, no quotes.
  static func integer(_ range: ClosedRange<Int>) -> Form {
    let bounds = Bounds.from(Double(range.lowerBound), to: Double(range.upperBound))
    let numbers = NumberRange(of: .count, within: bounds, isWhole: true)
    return Form.single(range.lowerBound, range: numbers) { text, quoted, spot throws(CauseError) in
      let value = try unquotedAmount(
        text, quoted, of: .count, within: bounds, example: spot.example)
      guard let whole = Int(exactly: value) else {
        throw CauseError(.number(.notWhole(text: text)))
      }
      return whole
    }.orUncertain()
  }
}

extension Form where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the words of an enumeration.
  static var choice: Form {
    guard let first = Value.allCases.first else { preconditionFailure("a choice needs a case") }
    return .single(first) { text, _, _ throws(CauseError) in
      if let value = Value(rawValue: text) { return value }
      let choices = Value.allCases.map(\.rawValue)
      throw CauseError(
        .word(.notAChoice(text: text, choices: choices, nearest: nearest(to: text, among: choices)))
      )
    }
  }
}

extension Form where Value: Sendable {
  /// An amount in a unit that is written with it.
  static func quantity(_ measure: Measure<Value>, _ bounds: Bounds) -> Form {
    let numbers = NumberRange(of: measure.dimension, within: bounds)
    return Form.single(measure.make(1), range: numbers) { text, quoted, spot throws(CauseError) in
      measure.make(
        try unquotedAmount(
          text, quoted, of: measure.dimension, within: bounds, example: spot.example))
    }.orUncertain()
  }
}

extension Form {
  /// Several values, at least one.
  static func list<Element>(_ element: Form<Element>) -> Form where Value == [Element] {
    Form {
      []
    } fields: {
      element.fields()
    } read: { node, spot in
      guard case .list(let items) = node.content else {
        spot.report(.key(.wrongShape(found: node.shape, wanted: [.list], example: spot.example)))
        return nil
      }
      guard items.count <= mostItems else {
        spot.report(.key(.tooMany(count: items.count, limit: mostItems)))
        return nil
      }
      if items.isEmpty { spot.report(.key(.emptyList(example: spot.example))) }
      return items.enumerated().compactMap { index, item in
        element.value(of: item, at: spot.entry(index + 1, line: item.line))
      }
    }
  }

  /// A form of a single value, or another form where the node has another shape.
  static func either(_ single: Form, or other: Form, when shape: Shape) -> Form {
    Form(substitute: single.substitute, fields: other.fields) { node, spot in
      switch node.shape {
      case shape: return other.read(node, spot)
      case .value: return single.read(node, spot)
      default:
        spot.report(
          .key(
            .wrongShape(found: node.shape, wanted: [.value, shape], example: spot.example)))
        return nil
      }
    }
  }

  /// A table whose keys the closure declares by reading them; any other key is a fault.
  static func table(_ read: @escaping (Table) -> Value) -> Form {
    Form {
      read(Table.absent)
    } fields: {
      let table = Table.absent
      _ = read(table)
      return table.fields
    } read: { node, spot in
      guard let table = Table(node, at: spot) else { return nil }
      let value = read(table)
      table.finish()
      return value
    }
  }
}

/// Numbers without a unit may not stand in quotes: YAML means text by that. A number with a unit is
/// text in any case.
private func unquotedAmount(
  _ text: String, _ quoted: Bool, of dimension: Dimension, within bounds: Bounds, example: String
) throws(CauseError) -> Double {
  let value = try amount(text, of: dimension, within: bounds, example: example)
  if quoted, text.last?.isNumber == true { throw CauseError(.word(.inQuotes(text: text))) }
  return value
}
