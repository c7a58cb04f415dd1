import Units
import Workload

/// A recipe as it is written.
struct RecipeEntry {
  var recipe: TrainingRecipe
  /// Where the sequence length stands, for what a model says about it.
  var sequenceLength: Place
  /// A table of recorded expert loads that the routing is to be read from.
  var routingTable: Reference?
}

/// A routing as it is written.
struct RoutingEntry {
  var load = RoutingLoad.balanced
  /// A table of recorded expert loads, in place of the law.
  var table: Reference?
}

extension Form where Value == RecipeEntry {
  /// The `training` block of a scenario.
  static var recipe: Form {
    .table { table in
      var recipe = TrainingRecipe(
        tokens: table.get("tokens", .quantity(.tokens, .positive), "1 T"),
        sequenceLength: table.get("sequence_length", .integer(1...100_000_000), "4096"),
        globalBatch: table.get("global_batch", .integer(1...100_000_000), "8960"),
        precision: table.get("precision", .choice, "bf16"),
        optimizer: table.find("optimizer", .choice, "adam") ?? .adam)
      let routing = table.find("routing", .routing, "balanced") ?? RoutingEntry()
      recipe.routing = routing.load
      let step = recipe.tokensPerStep
      if table.isSound("tokens", "sequence_length", "global_batch"), recipe.tokens < step {
        table.report(
          .relation(.belowOneStep(tokens: recipe.tokens.value, step: step.value)), at: "tokens")
      }
      return RecipeEntry(
        recipe: recipe, sequenceLength: table.place(of: "sequence_length"),
        routingTable: routing.table)
    }
  }
}

extension Form where Value == RoutingEntry {
  /// `balanced`, or a table with the one key that names the law.
  fileprivate static var routing: Form {
    let written = ["balanced", "{zipf: 0.3}", "{dirichlet: 5}", "{capacity: 1.25}"]
    let word = Form.single(RoutingEntry()) { text, _, _ throws(CauseError) in
      guard text == "balanced" else {
        throw CauseError(
          .word(
            .notAChoice(text: text, choices: written, nearest: nearest(to: text, among: written))))
      }
      return RoutingEntry()
    }
    return .either(word, or: .table(law), when: .table)
  }

  private static func law(_ table: Table) -> RoutingEntry {
    let zipf = table.find("zipf", .quantity(.ratio, .from(0, to: 10)), "0.3")
    let dirichlet = table.find("dirichlet", .quantity(.ratio, .positive), "5")
    let capacity = table.find(
      "capacity", .quantity(.ratio, .from(1, to: 1000)), "1.25")
    let padded = table.find("padded", .boolean, "false")
    let measured = table.find("measured", .word, "reports/host/expert-loads.csv")
    let laws = ["zipf", "dirichlet", "capacity", "measured"]
    let named = laws.filter(table.has)
    if table.isEmpty { table.report(.key(.neither(laws, example: "zipf: 0.3"))) }
    if named.count > 1 { table.report(.key(.both(named)), at: named[1]) }
    if table.has("padded"), !table.has("capacity") {
      table.report(.key(.onlyWith(["capacity"])), at: "padded")
    }
    if let measured { return RoutingEntry(table: measured) }
    if let zipf { return RoutingEntry(load: .zipf(exponent: zipf)) }
    if let dirichlet { return RoutingEntry(load: .dirichlet(concentration: dirichlet)) }
    return RoutingEntry(load: .capacity(factor: capacity ?? 1, padded: padded ?? false))
  }
}
