extension Mistake {
  /// A table in the place of each value of a search or a plan, and values that no axis has.
  static let search =
    ranks.map { axis($0, "[1, 8]") }
    + ["first_stage_layers", "last_stage_layers"].flatMap {
      [axis($0, "[0, 3]"), layout($0, "8")]
    }
    + [
      axis("schedule", "1f1b"), axis("sharding", "[zero-1, zero-3]"),
      axis("precision", "[bf16, fp8]"), axis("devices", "[2048, 4096]"),
      axis("recompute", "[none, full]", orList: true),
      axis("overlap", "any", orList: true), layout("overlap", "all", orList: true),
      Mistake(
        "plan: best", "plan: {search: any}",
        """
        7: plan.search: is a single value, and must be a table of keys. Write for example \
        '{tensor: [1, 8], pipeline: any, expert: 8}'.
        """),
      Mistake(
        "plan: best", "plan: {search: {tensor: [1, eight]}}",
        """
        7: plan.search.tensor[2]: 'eight' is not a number. Write for example '1'.
        """),
      Mistake(
        "plan: best", "plan: {search: {tensro: 8}}",
        "7: plan.search.tensro: unknown key. Did you mean 'tensor'?"),
      Mistake(
        "plan: best", "plan: {objective: fun}",
        """
        7: plan.objective: 'fun' is not a choice here. Choose 'cost', 'time', 'device-hours', 'energy' \
        or 'goodput-cost'.
        """),
      Mistake(
        "plan: best", "plan: {overlap: [tensor, gradient]}",
        "7: plan.overlap[2]: 'gradient' is not a choice here. Did you mean 'gradients'?"),
      Mistake(
        "plan: best", "plan: {objective: time, tensor: 8}",
        "7: plan.tensor: unknown key. The keys here are search, objective."),
    ]

  private static let ranks = [
    "tensor", "context", "pipeline", "virtual_stages", "data", "expert", "expert_tensor",
    "micro_batch",
  ]

  private static func axis(
    _ key: String, _ example: String, orList: Bool = false
  ) -> Mistake {
    Mistake(
      "plan: best", "plan: {search: {\(key): {}}}",
      "7: plan.search.\(key): \(noTable(orList)). Write for example '\(example)'.")
  }

  private static func layout(_ key: String, _ example: String, orList: Bool = false) -> Mistake {
    Mistake(
      "plan: best", "plan: {\(key): {}}",
      "7: plan.\(key): \(noTable(orList)). Write for example '\(example)'.")
  }

  private static func noTable(_ orList: Bool) -> String {
    "is a table of keys, and must be a single value" + (orList ? " or a list" : "")
  }
}
