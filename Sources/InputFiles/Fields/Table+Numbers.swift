import Hardware

extension Table {
  /// A number that must be there with its origin:
  /// `{value: 80 GB, kind: specified, source: vendor datasheet}`.
  func sourced<Amount>(
    _ key: String, _ measure: Measure<Amount>, _ bounds: Bounds, _ example: String
  ) -> Sourced<Amount> {
    get(key, .sourced(.quantity(measure, bounds), example), withOrigin(example))
  }

  /// A number with its origin that may be absent.
  func findSourced<Amount>(
    _ key: String, _ measure: Measure<Amount>, _ bounds: Bounds, _ example: String
  ) -> Sourced<Amount>? {
    find(key, .sourced(.quantity(measure, bounds), example), withOrigin(example))
  }

  /// A plain number of a file that states one origin for all its numbers.
  func figure<Amount>(
    _ key: String, _ measure: Measure<Amount>, _ bounds: Bounds, _ example: String
  ) -> Amount {
    get(key, .figure(measure, bounds), example)
  }
}

extension Table {
  /// Several plain numbers of a file that states one origin; they are kept as one input.
  func figures(
    _ key: String, _ measure: Measure<Double>, _ bounds: Bounds, _ example: String
  ) -> [Double] {
    let written = get(key, .list(.written(.quantity(measure, bounds))), example)
    keep(written.map(\.text).joined(separator: ", "), at: key)
    return written.map(\.value)
  }
}

private func withOrigin(_ example: String) -> String {
  "{value: \(example), kind: specified, source: vendor datasheet}"
}

extension Form {
  /// A number with its origin, which is kept for the list of inputs.
  static func sourced<Amount>(
    _ form: Form<Amount>, _ example: String
  ) -> Form where Value == Sourced<Amount> {
    let table = Form.table { table in
      let written = table.get("value", .written(form), example)
      let kind = table.get("kind", .choice as Form<Provenance>, "specified")
      let source = table.get("source", .text, "vendor datasheet")
      _ = table.find("note", .text, "under load")
      table.findDistribution(around: written.text, form)
      table.keep(written.text, kind: kind, source: source)
      return Sourced(written.value, kind, source: source)
    }
    return Form(substitute: table.substitute, fields: table.fields) { node, spot in
      if case .value(let text, _) = node.content {
        spot.report(.key(.noOrigin(text: text)))
        return nil
      }
      return table.read(node, spot)
    }
  }
}

extension Form where Value: Sendable {
  /// A number of a file with one origin, which is kept for the list of inputs.
  static func figure(_ measure: Measure<Value>, _ bounds: Bounds) -> Form {
    let form = Form.quantity(measure, bounds)
    return Form(substitute: form.substitute) { node, spot in
      let value = form.read(node, spot)
      if value != nil, case .value(let text, _) = node.content { spot.keep(text) }
      return value
    }
  }
}

/// A value beside the text it was read from.
public struct Written<Value: Sendable>: Sendable {
  public internal(set) var value: Value
  public internal(set) var text: String
}

extension Form {
  /// A form that also keeps the text as it stands in the file.
  static func written<Inner: Sendable>(_ form: Form<Inner>) -> Form where Value == Written<Inner> {
    let substitute = { Written(value: form.substitute(), text: "") }
    return Form(substitute: substitute, range: form.range) {
      node, spot in
      guard let value = form.read(node, spot) else { return nil }
      if case .value(let text, _) = node.content { return Written(value: value, text: text) }
      return Written(value: value, text: "")
    }
  }
}
