import TrainingRun

/// The keys beside `value` that say how unsure a number is.
///
/// They are read in every number that has an origin, and a plain number may be written as a table for
/// their sake: `{value: 4096, between: [2048, 8192]}`.
extension Table {
  /// Reads the distribution around the number of this table, and keeps it as an uncertain input.
  ///
  /// - Parameters:
  ///   - text: The number as it is written.
  ///   - form: Its form, which bounds and samples must be of too.
  func findDistribution<Value>(around text: String, _ form: Form<Value>) {
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
    let limits = form.range.inUnit(number.unit)
    let read = { (words: [Reference], key: String) in
      self.numbers(words, unit: (number.unit, unit), form, at: key)
    }
    if let samples = samples.flatMap({ read($0, "samples") }) {
      keep(.empirical(samples), unit: unit, limits, isWhole: form.range.isWhole)
    } else if let range = range.flatMap({ read($0, "between") }) {
      guard range.count == 2,
        let distribution = Distribution(
          law ?? .triangular, value: number.value, from: range[0], to: range[1])
      else {
        report(.relation(.noDistribution(law: (law ?? .triangular).rawValue)), at: "between")
        return
      }
      keep(distribution, unit: unit, limits, isWhole: form.range.isWhole)
    }
  }

  /// Plain numbers in the unit of the value, or with the same unit, which might stand for the value.
  ///
  /// - Parameter unit: As it is known, and as it is written after the value.
  private func numbers<Value>(
    _ words: [Reference], unit: (name: String, written: String), _ form: Form<Value>, at key: String
  ) -> [Double]? {
    var numbers: [Double] = []
    for word in words {
      guard let number = try? NumberText(word.name, example: ""),
        number.unit.isEmpty || number.unit == unit.name
      else {
        report(.number(.otherUnit(text: word.name, unit: unit.name)), at: key)
        return nil
      }
      let text = number.unit.isEmpty ? word.name + unit.written : word.name
      if let cause = form.fault(of: text) {
        report(cause, at: key)
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
    Form(substitute: substitute, range: range) { node, spot in
      guard case .table(let entries) = node.content,
        let entry = entries.first(where: { $0.key == "value" }),
        case .value(let text, _) = entry.value.content,
        entries.contains(where: { $0.key == "between" || $0.key == "samples" })
      else { return read(node, spot) }
      let table = Form.table { table in
        let value = table.get("value", self, spot.example)
        table.findDistribution(around: text, self)
        return value
      }
      return table.read(node, spot)
    }
  }

  /// Why a text cannot stand for a value of the form; nil where it can.
  fileprivate func fault(of text: String) -> Cause? {
    let reading = Reading(file: "", record: "")
    let spot = Spot(reading: reading, key: "", line: 0, example: text)
    _ = read(YAMLNode(content: .value(text, quoted: false), line: 0), spot)
    return reading.faults.first?.cause
  }
}
