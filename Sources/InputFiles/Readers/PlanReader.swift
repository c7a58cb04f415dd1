import Parallelism
import Planner

extension Form where Value == PlanChoice {
  /// `best`, a search with constraints, or a layout in full.
  static var planChoice: Form {
    let word = Form.single(.search(PlanQuery())) { text, _, _ throws(CauseError) in
      let written = ["best", "{search: {expert: 8}}", "{tensor: 1, pipeline: 8, expert: 8}"]
      guard text == "best" else {
        throw CauseError(
          .word(
            .notAChoice(text: text, choices: written, nearest: nearest(to: text, among: written))))
      }
      return .search(PlanQuery())
    }
    return .either(
      word,
      or: .table { table in
        let isSearch = table.has("search") || table.has("objective")
        if isSearch { return .search(PlanQuery(in: table)) }
        if !table.isPresent { _ = PlanQuery(in: table) }
        return .explicit(ParallelPlan(in: table))
      }, when: .table)
  }
}

extension ParallelPlan {
  /// All fields of a plan. `data` is 0 where it is left out: it follows from the fleet's size.
  ///
  /// Only the numbers are checked here. Whether the layout is legal for a model on a fleet is asked
  /// where both are known.
  fileprivate init(in table: Table) {
    func degree(_ key: String, absent: Int = 1) -> Int {
      table.find(key, .integer(1...1_000_000), "8") ?? absent
    }
    // 0 deals the layers of an end like the others, as in a search.
    func layers(_ key: String) -> Int { table.find(key, .integer(0...1_000_000), "8") ?? 0 }
    self.init(
      tensor: degree("tensor"), context: degree("context"), pipeline: degree("pipeline"),
      virtualStages: degree("virtual_stages"), data: degree("data", absent: 0),
      expert: degree("expert"), expertTensor: degree("expert_tensor"),
      microBatch: degree("micro_batch"),
      sequenceParallel: table.find("sequence_parallel", .boolean, "true") ?? true,
      schedule: table.find("schedule", .choice, "1f1b") ?? .oneForwardOneBackward,
      sharding: table.find("sharding", .choice, "zero-1") ?? .optimizer,
      recompute: table.find("recompute", .recompute, "full") ?? .none)
    firstStageLayers = layers("first_stage_layers")
    lastStageLayers = layers("last_stage_layers")
    overlap = table.find("overlap", .overlaps, "all") ?? .all
    prefetch = table.find("prefetch", .integer(0...1_000), "1") ?? 1
    checkRanks(in: table)
  }

  private func checkRanks(in table: Table) {
    let attention = [tensor, context, pipeline, max(data, 1)]
    let experts = [expert, expertTensor, pipeline]
    for degrees in [attention, experts] {
      let ranks = degrees.reduce(1.0) { $0 * Double($1) }
      if ranks > Double(mostDevices) {
        table.report(.relation(.tooManyRanks(ranks: ranks, limit: mostDevices)))
        return
      }
    }
  }
}

extension Form where Value == Recompute {
  /// `none`, `full`, or the list of parts to compute again.
  static var recompute: Form {
    let parts = RecomputePart.allCases.map(\.rawValue).joined(separator: ", ")
    let word = Form.single(.none) { text, _, _ throws(CauseError) in
      switch text {
      case "none": return .none
      case "full": return .full
      default:
        let written = ["none", "full", "[\(parts)]"]
        throw CauseError(
          .word(
            .notAChoice(text: text, choices: written, nearest: nearest(to: text, among: written))))
      }
    }
    let list = Form<[RecomputePart]>.list(.choice).map { Recompute.selective(RecomputeParts($0)) }
    return .either(word, or: list, when: .list)
  }
}
