extension Mistake {
  /// Fleets that train together. The scenario's fleets are `strong` and `half`, its tokens 9 T.
  static let mixes = [
    mixed("any", "", "is a single value, and must be a list", example: mixExample),
    mixed(
      "[{as: replicas, pools: [strong, half]}]", "[1]", "is missing", at: ".name", "name: a-and-d"),
    mixed(
      "[{name: [a], as: replicas, pools: [strong, half]}]", "[1].name",
      "is a list, and must be a single value", "a-and-d"),
    mixed("[{name: m, pools: [strong, half]}]", "[1]", "is missing", at: ".as", "as: replicas"),
    Mistake(
      "plan: best", "plan: best\nmixes: [{name: m, as: stage, pools: [strong, half]}]",
      "8: mixes[1].as: 'stage' is not a choice here. Did you mean 'stages'?"),
    mixed("[{name: m, as: stages}]", "[1]", "is missing", at: ".pools", "pools: [ling-a, ling-d]"),
    Mistake(
      "plan: best", "plan: best\nmixes: [{name: m, as: stages, pools: [strong]}]",
      """
      8: mixes[1].pools: a mix has 2 to 12 pools, and here it has 1. Name fleets of this scenario.
      """),
    Mistake(
      "plan: best", "plan: best\nmixes: [{name: m, as: stages, pools: [strong, halfs]}]",
      "8: mixes[1].pools[2]: 'halfs' is no fleet of this scenario. Did you mean 'half'?"),
    Mistake(
      "plan: best", "plan: best\nmixes: [{name: m, as: stages, pools: [half, half]}]",
      """
      8: mixes[1].pools[2]: 'half' stands twice. Devices are in one pool only: list the fleet \
      twice under 'fleets', with a 'name' each.
      """),
    Mistake(
      "devices: 2048}]\ndevices: 1024\nplan: best",
      "devices: 2048, checkpoint: {stall: 9 s, load: 1 min}}]\ndevices: 1024\nplan: best\n"
        + "mixes: [{name: m, as: replicas, pools: [strong, half]}]",
      """
      8: mixes[1].pools[2]: 'half' has a 'checkpoint' of its own, and pools that train side by side \
      save together, as the first, 'strong', does. Give both the same.
      """),
    Mistake(
      "plan: best",
      "plan: best\nmixes: [{name: m, as: stages, pools: [half, strong]}, "
        + "{name: m, as: stages, pools: [strong, half]}]",
      """
      8: mixes[2].name: 'm' stands twice. Keep one, or give one of them a 'name' of its own.
      """),
    inMix("link: 5", ".link", "is a single value, and must be a table of keys", linkExample),
    inMix("link: {latency: 1 us}", ".link.bandwidth", "is missing", "bandwidth: 5 GB/s"),
    inMix("link: {bandwidth: 5 GB/s}", ".link.latency", "is missing", "latency: 50 us"),
    Mistake(
      "plan: best",
      "plan: best\nmixes: [{name: m, as: phases, pools: [strong, half], "
        + "transfer: {bandwidth: 1 GB/s}, link: {bandwidth: 1 GB/s, latency: 1 us}}]",
      """
      8: mixes[1].link: has a meaning only with 'as: replicas' or 'as: stages'. Add that, or leave \
      this out.
      """),
    onlyOfPhases("transfer: {bandwidth: 1 GB/s}", ".transfer"),
    onlyOfPhases("deadline: 9 d", ".deadline"),
    Mistake(
      "plan: best",
      "plan: best\nmixes: [{name: m, as: stages, pools: [{fleet: strong, tokens: 9 T}, half]}]",
      """
      8: mixes[1].pools[1].tokens: has a meaning only with 'as: phases'. Add that, or leave this out.
      """),
    Mistake(
      "plan: best", "plan: best\nmixes: [{name: m, as: phases, pools: [strong, half]}]",
      """
      8: mixes[1]: is missing. Write for example 'transfer: {bandwidth: 2 GB/s, pause: 6 h}'.
      """),
    phased("strong, {tokens: 1 T}", ".pools[2].fleet", "is missing", "fleet: ling-a"),
    phased(
      "strong, {fleet: half, tokens: {}}", ".pools[2].tokens",
      "is a table of keys, and must be a single value", "2 T"),
    phased(
      "strong, {fleet: half, at_most: {}}", ".pools[2].at_most",
      "is a table of keys, and must be a single value", "3 T"),
    Mistake(
      "plan: best",
      inPhases("strong, {fleet: half, tokens: 1 T, at_most: 2 T}", "{bandwidth: 1 GB/s}"),
      "8: mixes[1].pools[2].at_most: 'tokens' and 'at_most' exclude each other. Keep one."),
    Mistake(
      "plan: best",
      inPhases("{fleet: strong, tokens: 5 T}, {fleet: half, tokens: 5 T}", "{bandwidth: 1 GB/s}"),
      """
      8: mixes[1].pools: the pools are given 10000000000000 tokens, and the run has 9000000000000. \
      Let them add up, or leave out 'tokens' of one pool, which then gets the rest.
      """),
    transferred("{pause: 1 h}", ".bandwidth", "is missing", "bandwidth: 2 GB/s"),
    transferred(
      "{bandwidth: 1 GB/s, pause: {}}", ".pause",
      "is a table of keys, and must be a single value", "6 h"),
  ]

  private static let mixExample =
    "[{name: a-and-d, as: replicas, pools: [ling-a, ling-d]}]"
  private static let linkExample = "{bandwidth: 5 GB/s, latency: 50 us}"

  private static func mixed(
    _ wrong: String, _ key: String, _ problem: String, at end: String = "",
    _ example: String? = nil,
    example whole: String = ""
  ) -> Mistake {
    Mistake(
      "plan: best", "plan: best\nmixes: \(wrong)",
      "8: mixes\(key)\(end): \(problem). Write for example '\(example ?? whole)'.")
  }

  private static func inMix(
    _ wrong: String, _ key: String, _ problem: String, _ example: String
  ) -> Mistake {
    mixed(
      "[{name: m, as: replicas, pools: [strong, half], \(wrong)}]", "[1]\(key)", problem, example)
  }

  private static func onlyOfPhases(_ wrong: String, _ key: String) -> Mistake {
    Mistake(
      "plan: best",
      "plan: best\nmixes: [{name: m, as: replicas, pools: [strong, half], \(wrong)}]",
      "8: mixes[1]\(key): has a meaning only with 'as: phases'. Add that, or leave this out.")
  }

  private static func inPhases(_ pools: String, _ transfer: String) -> String {
    "plan: best\nmixes: [{name: m, as: phases, pools: [\(pools)], transfer: \(transfer)}]"
  }

  private static func phased(
    _ pools: String, _ key: String, _ problem: String, _ example: String
  ) -> Mistake {
    Mistake(
      "plan: best", inPhases(pools, "{bandwidth: 1 GB/s}"),
      "8: mixes[1]\(key): \(problem). Write for example '\(example)'.")
  }

  private static func transferred(
    _ wrong: String, _ key: String, _ problem: String, _ example: String
  ) -> Mistake {
    Mistake(
      "plan: best", inPhases("strong, half", wrong),
      "8: mixes[1].transfer\(key): \(problem). Write for example '\(example)'.")
  }
}
