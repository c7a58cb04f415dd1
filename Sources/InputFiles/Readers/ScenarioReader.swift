import Hardware
import Parallelism
import Planner
import TrainingRun
import Units
import Workload

/// A scenario as it is written, by names: `scenarios/ID.yaml`.
struct ScenarioFile {
  var title: String?
  var models: [Reference]
  var training: RecipeEntry
  var fleets: [FleetRequest]
  var mixes: [MixEntry]
  /// The size of every fleet that does not set its own.
  var devices: Int?
  var plan: PlanChoice
  var baseline: Reference?
  var currency: String
  var totalTokens: Tokens?
  var deadline: Seconds?
  var faults: FaultsEntry?
  var budget: Budget?
  /// When and where the fleets are bought or rented; absent where that does not matter.
  var market: MarketEntry?
  var references: [QuotedFigure]
  var sweep: Sweep?
  /// What the run is beside its steps; absent where only steps are asked for.
  var run: RunEntry?
  var uncertainty: SamplePlan?
}

/// The most that a run may cost, as it is written.
struct Budget {
  var money: MoneyText
  var place: Place
}

/// A fleet that a scenario asks for, with what it sets anew.
struct FleetRequest {
  var fleet: Reference
  /// What the scenario calls it, where it asks for one fleet more than once.
  var name: String?
  var devices: Int?
  var price: Reference?
  var supply: Supply?
  var run = FleetRunRequest()
}

/// A figure that somebody else printed, in the currency it was printed in.
struct QuotedFigure {
  var fleet: Reference?
  var label: String
  var cost: MoneyText
  /// The date of the figure, which converts it to the scenario's currency.
  var date: String?
  var tokens: Tokens
  var source: String
  var place: Place
}

extension Form where Value == ScenarioFile {
  static var scenario: Form {
    .table { table in
      if table.has("uncertainty"), !table.has("run") {
        table.report(.key(.onlyWith(["run"])), at: "uncertainty")
      }
      return ScenarioFile(
        title: table.find("title", .text, "What does Ling-Plus cost?"),
        models: models(in: table),
        training: table.get(
          "training", .recipe,
          "{tokens: 1 T, sequence_length: 4096, global_batch: 8960, precision: bf16}"),
        fleets: table.get("fleets", .list(.fleetRequest), "[ling-a, ling-d]"),
        mixes: table.find(
          "mixes", .list(.mix), "[{name: a-and-d, as: replicas, pools: [ling-a, ling-d]}]") ?? [],
        devices: table.find("devices", .integer(1...mostDevices), "4096"),
        plan: table.get("plan", .planChoice, "best"),
        baseline: table.find("baseline", .word, "ling-d"),
        currency: table.find("currency", .currency, "RMB") ?? "RMB",
        totalTokens: table.find("total_tokens", .quantity(.tokens, .positive), "9 T"),
        deadline: table.find("deadline", .quantity(.time, .positive), "90 d"),
        faults: table.find("faults", .faults, "{slow_interfaces: [{rank: 0, speed: 0.5}]}"),
        budget: table.find("budget", .money(per: .once), "60 M RMB").map {
          Budget(money: $0, place: table.place(of: "budget"))
        },
        market: table.find("market", .market, "{date: 2025-03-01, destination: China}"),
        references: table.find(
          "reference", .list(.quotedFigure),
          "[{fleet: ling-d, cost: 6.35 M RMB, per: 1 T, source: ...}]") ?? [],
        sweep: table.find(
          "sweep", .sweep, "{fields: [{field: plan.tensor, values: [1, 2, 4, 8]}]}"),
        run: table.find("run", .run, "{reliability: mature-2025, checkpoint: ...}"),
        uncertainty: table.find("uncertainty", .samplePlan, "{draws: 256, sensitivity: 64}"))
    }
  }

  private static func models(in table: Table) -> [Reference] {
    let several = table.find("models", .list(.reference(to: .model)), "[ling-plus, deepseek-v3]")
    if table.has("model"), table.has("models") {
      table.report(.key(.both(["model", "models"])), at: "models")
    }
    if table.has("models"), !table.has("model") { return several ?? [] }
    return [table.get("model", .reference(to: .model), "ling-plus")]
  }
}

extension Form where Value == FleetRequest {
  fileprivate static var fleetRequest: Form {
    .either(
      Form<Reference>.reference(to: .fleet).map { FleetRequest(fleet: $0) },
      or: .table { table in
        FleetRequest(
          fleet: table.get("fleet", .reference(to: .fleet), "ling-a"),
          name: table.find("name", .text, "ling-a-small"),
          devices: table.find("devices", .integer(1...mostDevices), "4096"),
          price: table.find("price", .reference(to: .prices), "ling-report"),
          supply: table.find("supply", .supply, "[{from: 2025-03-01, devices: 2048}]"),
          run: FleetRunRequest(in: table))
      }, when: .table)
  }
}

extension Form where Value == QuotedFigure {
  fileprivate static var quotedFigure: Form {
    .table { table in
      let fleet = table.find("fleet", .word, "ling-d")
      let label = table.find("label", .text, "lower-specification hardware")
      if !table.has("fleet"), !table.has("label") {
        table.report(.key(.neither(["fleet", "label"], example: "fleet: ling-d")))
      }
      return QuotedFigure(
        fleet: fleet,
        label: label ?? fleet?.name ?? "",
        cost: table.get("cost", .money(per: .once), "6.35 M RMB"),
        date: table.find("date", .date, "2025-03"),
        tokens: table.get("per", .quantity(.tokens, .positive), "1 T"),
        source: table.get("source", .text, "arXiv 2503.05139 section 1.3"),
        place: table.place(of: "cost"))
    }
  }
}
