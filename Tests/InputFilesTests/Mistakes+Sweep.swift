extension Mistake {
  static let sweep = [
    sweep("any", "", "is a single value, and must be a table of keys", fieldsExample),
    sweep("{}", ".fields", nil, "fields: [{field: plan.tensor, values: [1, 2, 4, 8]}]"),
    axis(
      "field: {}", ".field", "is a table of keys, and must be a single value",
      "training.global_batch"),
    axis("values: 8", ".values", "is a single value, and must be a list", "[1, 2, 4, 8]"),
    axis("from: {}, to: 3", ".from", "is a table of keys, and must be a single value", "10 RMB/h"),
    axis("from: 1, to: {}", ".to", "is a table of keys, and must be a single value", "30 RMB/h"),
    axis(
      "from: 1, to: 3, count: {}", ".count", "is a table of keys, and must be a single value", "5"),
    axis(
      "from: 1, to: 3, log: {}", ".log", "is a table of keys, and must be a single value", "true"),
    draw("any", "", "is a single value, and must be a table of keys", "{points: 1000, seed: 7}"),
    draw("{points: {}}", ".points", "is a table of keys, and must be a single value", "1000"),
    draw("{points: 9, seed: {}}", ".seed", "is a table of keys, and must be a single value", "7"),
    Mistake(
      "plan: best", swept("{field: devices, from: 8, to: 2}"),
      "8: sweep.fields[1].to: 2 is not above 'from', 8. Swap the two."),
    Mistake(
      "plan: best", swept("{field: devices, from: 2 h, to: 8 d}"),
      "8: sweep.fields[1].to: is in 'd', and 'from' in 'h'. Write both in one unit."),
    Mistake(
      "plan: best", swept("{field: devices, from: 0, to: 8, log: true}"),
      "8: sweep.fields[1].from: 0 has no logarithm. Start above 0, or leave 'log' out."),
    Mistake(
      "plan: best", swept("{field: devices, values: [1], from: 2, to: 3}"),
      "8: sweep.fields[1].values: 'values' and 'from' exclude each other. Keep one."),
    Mistake(
      "plan: best", swept("{field: devices, from: 2}"),
      """
      8: sweep.fields[1]: needs 'values' or 'from'. Write for example 'values: [1, 2, 4, 8]'.
      """),
  ]

  private static let fieldsExample = "{fields: [{field: plan.tensor, values: [1, 2, 4, 8]}]}"

  private static func swept(_ axis: String) -> String {
    "plan: best\nsweep: {fields: [\(axis)]}"
  }

  private static func sweep(
    _ wrong: String, _ key: String, _ problem: String?, _ example: String
  ) -> Mistake {
    Mistake(
      "plan: best", "plan: best\nsweep: \(wrong)",
      "8: sweep\(key): \(problem ?? "is missing"). Write for example '\(example)'.")
  }

  private static func axis(
    _ wrong: String, _ key: String, _ problem: String, _ example: String
  ) -> Mistake {
    let field = key == ".field" ? "values: [8], " : "field: devices, "
    return Mistake(
      "plan: best", swept("{\(field)\(wrong)}"),
      "8: sweep.fields[1]\(key): \(problem). Write for example '\(example)'.")
  }

  private static func draw(
    _ wrong: String, _ key: String, _ problem: String, _ example: String
  ) -> Mistake {
    Mistake(
      "plan: best",
      "plan: best\nsweep: {fields: [{field: devices, values: [8]}], draw: \(wrong)}",
      "8: sweep.draw\(key): \(problem). Write for example '\(example)'.")
  }
}
