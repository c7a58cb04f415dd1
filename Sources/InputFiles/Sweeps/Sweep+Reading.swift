import Planner

extension Form where Value == Sweep {
  /// The fields that are varied, and how.
  static var sweep: Form {
    .table { table in
      Sweep(
        axes: table.get(
          "fields", .list(.sweepAxis), "[{field: plan.tensor, values: [1, 2, 4, 8]}]"),
        draw: table.find("draw", .sweepDraw, "{points: 1000, seed: 7}"))
    }
  }
}

extension Form where Value == Sweep.Draw {
  fileprivate static var sweepDraw: Form {
    .table { table in
      Sweep.Draw(
        points: table.get("points", .integer(1...10_000_000), "1000"),
        seed: UInt64(table.find("seed", .integer(0...1_000_000_000), "7") ?? 1))
    }
  }
}

extension Form where Value == SweepAxis {
  /// A field with a list of values, or with a range.
  fileprivate static var sweepAxis: Form {
    .table { table in
      let field = table.get("field", .text, "training.global_batch")
      let values = table.find("values", .list(.text), "[1, 2, 4, 8]")
      let range = SweepRange(in: table)
      if table.has("values"), table.has("from") || table.has("to") {
        table.report(.key(.both(["values", "from"])), at: "values")
      }
      if !table.has("values"), !(table.has("from") && table.has("to")) {
        table.report(.key(.neither(["values", "from"], example: "values: [1, 2, 4, 8]")))
      }
      return SweepAxis(field: field, values: values.map(SweepAxis.Values.list) ?? .range(range))
    }
  }
}

extension SweepRange {
  /// `from: 10 RMB/h, to: 30 RMB/h, count: 5, log: true`. Whole numbers without a count are all met, however
  /// many that makes; other ranges and equal factors have 10 values then.
  fileprivate init(in table: Table) {
    let from = table.find("from", .sweepNumber, "10 RMB/h")
    let to = table.find("to", .sweepNumber, "30 RMB/h")
    let count = table.find("count", .integer(2...100_000), "5")
    let isLogarithmic = table.find("log", .boolean, "true") ?? false
    let low = from?.value ?? 1
    let high = to?.value ?? 2
    // Above that, doubles are no whole numbers one after another.
    let isWhole =
      from?.unit == "" && to?.unit == "" && low == low.rounded() && high == high.rounded()
      && max(abs(low), abs(high)) < 1e15
    let meetsAll = isWhole && !isLogarithmic && high > low
    self.init(
      from: low, to: high, unit: from?.unit ?? "",
      count: count ?? (meetsAll ? Int(high - low) + 1 : 10),
      isLogarithmic: isLogarithmic, isWhole: isWhole)
    guard table.isSound("from", "to"), let from, let to else { return }
    if from.unit != to.unit {
      table.report(.relation(.rangeOfTwoUnits(from: from.unit, to: to.unit)), at: "to")
    }
    if high <= low { table.report(.relation(.rangeBackwards(from: low, to: high)), at: "to") }
    if isLogarithmic, low <= 0 { table.report(.relation(.logarithmOf(low)), at: "from") }
  }
}

extension Form where Value == NumberText {
  fileprivate static var sweepNumber: Form {
    .single(NumberText(value: 1, unit: "")) { text, _, spot throws(CauseError) in
      try NumberText(text, example: spot.example)
    }
  }
}
