import Numerics
import TrainingRun
import Units

/// A `stragglers` block: a law, or the rates that it follows from.
struct StragglerEntry {
  var law: StragglerLaw
  var study: StragglerStudy?
}

/// Rates to fit a law to, and others to hold it against.
struct MeasuredStragglers {
  var rates: StragglerFit.Rates
  var others: [StragglerStudy.Observation]
}

extension Form where Value == StragglerEntry {
  static var stragglers: Form {
    .table { table in
      let probability = table.find("probability", .quantity(.ratio, .fraction), "0.1 %")
      let slowdown = table.find("slowdown", .quantity(.ratio, .from(0, to: 1000)), "20 %")
      let mean = table.find("mean", .quantity(.ratio, .from(0, to: 1000)), "5 %")
      let rates = table.find(
        "measured", .measuredStragglers,
        "{devices: 256, synchronous: 0.064 /s, local: 0.091 /s, local_steps: 128}")
      check(table)
      if let probability, let slowdown {
        return StragglerEntry(law: .bounded(probability: probability, slowdown: slowdown))
      }
      if let mean { return StragglerEntry(law: .exponential(mean: mean)) }
      let study = rates.flatMap { fitted(to: $0, in: table) }
      return StragglerEntry(law: study?.fit.law ?? .none, study: study)
    }
  }

  /// One of the three ways to say it, and that one whole.
  private static func check(_ table: Table) {
    guard table.isPresent else { return }
    let ways = ["probability", "mean", "measured"].filter(table.has)
    if ways.count > 1 { table.report(.key(.both(Array(ways.prefix(2)))), at: ways[1]) }
    if table.has("probability") != table.has("slowdown") {
      let (key, other) =
        table.has("probability") ? ("probability", "slowdown") : ("slowdown", "probability")
      table.report(.key(.onlyWith([other])), at: key)
    } else if ways.isEmpty {
      table.report(
        .key(.neither(["probability", "mean", "measured"], example: "mean: 5 %")))
    }
  }

  private static func fitted(to measured: MeasuredStragglers, in table: Table) -> StragglerStudy? {
    guard table.isSound("measured") else { return nil }
    do {
      return try StragglerStudy(measured.rates, others: measured.others)
    } catch {
      table.report(.relation(.noStragglers), at: "measured")
      return nil
    }
  }
}

extension Form where Value == MeasuredStragglers {
  fileprivate static var measuredStragglers: Form {
    .table { table in
      let rates = StragglerFit.Rates(
        devices: table.devices, synchronous: table.rate("synchronous", "0.064 /s"),
        local: table.rate("local", "0.091 /s"),
        localSteps: table.get("local_steps", .integer(2...100_000), "128"),
        asymptote: table.findRate("asymptote", "0.055 /s"))
      let others = table.find(
        "elsewhere", .list(.observation), "[{devices: 1024, synchronous: 0.055 /s}]")
      if table.isSound("synchronous", "local", "asymptote"), !rates.areInOrder {
        table.report(.relation(.noStragglers), at: "synchronous")
      }
      return MeasuredStragglers(rates: rates, others: others ?? [])
    }
  }
}

extension Form where Value == StragglerStudy.Observation {
  fileprivate static var observation: Form {
    .table { table in
      StragglerStudy.Observation(
        devices: table.devices, synchronous: table.rate("synchronous", "0.055 /s"),
        local: table.findRate("local", "0.091 /s"))
    }
  }
}

extension Table {
  fileprivate var devices: Int { self.get("devices", .integer(2...10_000_000), "256") }

  /// Steps a second.
  fileprivate func rate(_ key: String, _ example: String) -> Double {
    get(key, .quantity(.frequency, .positive) as Form<Frequency>, example).value
  }

  fileprivate func findRate(_ key: String, _ example: String) -> Double? {
    find(key, .quantity(.frequency, .positive) as Form<Frequency>, example)?.value
  }
}
