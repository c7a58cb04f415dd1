import TrainingRun

/// The keys beside `value` that say how unsure a number is.
///
/// They are read in every number that has an origin, and a plain number may be written as a table for
/// their sake: `{value: 4096, between: [2048, 8192]}`.
extension Table {
  /// Reads the distribution around the number of this table, and keeps it as an uncertain input.
  ///
  /// - Parameter text: The number as it is written.
  func findDistribution(around text: String) {
    let law = find("distribution", .choice as Form<Distribution.Law>, "triangular")
    let range = find("between", .list(.word), "[20, 35]")
    let samples = find("samples", .list(.word), "[20, 27, 35]")
    if has("between"), has("samples") {
      report(.key(.both(["between", "samples"])), at: "samples")
    }
    if has("distribution"), !has("between") {
      report(.key(.onlyWith(["between"])), at: "distribution")
    }
    guard isSound("between", "samples", "distribution", "value"),
      let number = try? NumberText(text, example: "")
    else { return }
    let unit = String(text.dropFirst(leading(text).count))
    if let samples = samples.flatMap({ numbers($0, unit: number.unit, at: "samples") }) {
      keep(.empirical(samples), unit: unit)
    } else if let range = range.flatMap({ numbers($0, unit: number.unit, at: "between") }) {
      guard range.count == 2,
        let distribution = Distribution(
          law ?? .triangular, value: number.value, from: range[0], to: range[1])
      else {
        report(.relation(.noDistribution(law: (law ?? .triangular).rawValue)), at: "between")
        return
      }
      keep(distribution, unit: unit)
    }
  }

  /// Plain numbers in the unit of the value, or with the same unit.
  private func numbers(_ words: [Reference], unit: String, at key: String) -> [Double]? {
    var numbers: [Double] = []
    for word in words {
      guard let number = try? NumberText(word.name, example: ""),
        number.unit.isEmpty || number.unit == unit
      else {
        report(.number(.otherUnit(text: word.name, unit: unit)), at: key)
        return nil
      }
      numbers.append(number.value)
    }
    return numbers
  }
}

/// The number at the start of a text, with nothing of what follows it.
private func leading(_ text: String) -> Substring {
  var end = text.startIndex
  for index in text.indices where Double(text[...index]) != nil { end = text.index(after: index) }
  return text[..<end]
}

extension Form {
  /// The same form, which also takes a table of a single value with a distribution.
  ///
  /// A table that has none is left to the form, which refuses it.
  func orUncertain() -> Form {
    Form(substitute: substitute) { node, spot in
      guard case .table(let entries) = node.content,
        let entry = entries.first(where: { $0.key == "value" }),
        case .value(let text, _) = entry.value.content,
        entries.contains(where: { $0.key == "between" || $0.key == "samples" })
      else { return read(node, spot) }
      let table = Form.table { table in
        let value = table.get("value", self, spot.example)
        table.findDistribution(around: text)
        return value
      }
      return table.read(node, spot)
    }
  }
}
