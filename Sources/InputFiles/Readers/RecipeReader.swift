import Units
import Workload

/// A recipe as it is written.
struct RecipeEntry {
  var recipe: TrainingRecipe
  /// Where the sequence length stands, for what a model says about it.
  var sequenceLength: Place
}

extension Form where Value == RecipeEntry {
  /// The `training` block of a scenario.
  static var recipe: Form {
    .table { table in
      let recipe = TrainingRecipe(
        tokens: table.get("tokens", .quantity(.tokens, .positive), "1 T"),
        sequenceLength: table.get("sequence_length", .integer(1...100_000_000), "4096"),
        globalBatch: table.get("global_batch", .integer(1...100_000_000), "8960"),
        precision: table.get("precision", .choice, "bf16"),
        optimizer: table.find("optimizer", .choice, "adam") ?? .adam,
        routing: table.find("routing", .routing, "balanced") ?? .balanced)
      let step = recipe.tokensPerStep
      if table.isSound("tokens", "sequence_length", "global_batch"), recipe.tokens < step {
        table.report(
          .relation(.belowOneStep(tokens: recipe.tokens.value, step: step.value)), at: "tokens")
      }
      return RecipeEntry(recipe: recipe, sequenceLength: table.place(of: "sequence_length"))
    }
  }
}

extension Form where Value == RoutingLoad {
  /// `balanced`, or a table with the one key that names the law.
  fileprivate static var routing: Form {
    let written = ["balanced", "{zipf: 0.3}", "{dirichlet: 5}", "{capacity: 1.25}"]
    let word = Form.single(.balanced) { text, _, _ throws(CauseError) in
      guard text == "balanced" else {
        throw CauseError(
          .word(
            .notAChoice(text: text, choices: written, nearest: nearest(to: text, among: written))))
      }
      return .balanced
    }
    return .either(word, or: .table(law), when: .table)
  }

  private static func law(_ table: Table) -> RoutingLoad {
    let zipf = table.find("zipf", .quantity(.ratio, .from(0, to: 10)), "0.3")
    let dirichlet = table.find("dirichlet", .quantity(.ratio, .positive), "5")
    let capacity = table.find(
      "capacity", .quantity(.ratio, .from(1, to: 1000)), "1.25")
    let padded = table.find("padded", .boolean, "false")
    let laws = ["zipf", "dirichlet", "capacity"]
    let named = laws.filter(table.has)
    if table.isEmpty { table.report(.key(.neither(laws, example: "zipf: 0.3"))) }
    if named.count > 1 { table.report(.key(.both(named)), at: named[1]) }
    if table.has("padded"), !table.has("capacity") {
      table.report(.key(.onlyWith("capacity")), at: "padded")
    }
    if let zipf { return .zipf(exponent: zipf) }
    if let dirichlet { return .dirichlet(concentration: dirichlet) }
    return .capacity(factor: capacity ?? 1, padded: padded ?? false)
  }
}
