extension Mistake {
  static let inExportRules = [
    Mistake(
      "from: 2023-11-17", "from: 2023-11",
      "6: rules[1].from: '2023-11' is not a day. Write it as '2025-03-10'."),
    Mistake(
      "from: 2023-11-17", "from: 2023-11-31",
      "6: rules[1].from: '2023-11-31' is not a day. Write it as '2025-03-10'."),
    Mistake(
      "until: 2030-01-01", "until: 2023-11-17",
      "7: rules[1].until: 2023-11-17 is not after 2023-11-17. Swap the two."),
    Mistake(
      "announced: 2023-10-17", "announced: 2024-10-17",
      "5: rules[1].announced: 2023-11-17 is not after 2024-10-17. Swap the two."),
    Mistake(
      "destinations: [China, Macau]", "items_from: [USA]",
      "8: rules[1].items_from[1]: 'USA' is not a country. Write two capital letters, such as 'US'."),
    Mistake(
      "verdict: denied", "verdict: forbidden",
      """
      13: rules[1].clauses[1].verdict: 'forbidden' is not a choice here. Choose 'free', \
      'notification', 'risk', 'case-by-case' or 'denied'.
      """),
    Mistake(
      "eases: false", "eases: no",
      "18: rules[1].clauses[2].eases: 'no' is not read as true or false. Write 'false'."),
    Mistake(
      "devices: [strong]", "devices: [strongest-of-all]",
      """
      19: rules[1].clauses[2].devices[1]: 'strongest-of-all' is no device in \
      'hardware-profiles/devices', which holds strong. Choose one, or add \
      'strongest-of-all.yaml' there.
      """),
    Mistake(
      "below: 1400 GB/s", "below: 1400",
      """
      20: rules[1].clauses[2].when[1].memory_bandwidth.below: '1400' has no unit, and must be \
      bytes per second. Write for example '1400 GB/s'.
      """),
    Mistake(
      "{at_least: 4800}", "{}",
      """
      15: rules[1].clauses[1].when[1].total_processing_performance: needs 'at_least' or 'below'. \
      Write for example 'at_least: 4800'.
      """),
    Mistake(
      "{total_processing_performance: {at_least: 4800}}", "{tpp: {at_least: 4800}}",
      """
      15: rules[1].clauses[1].when[1].tpp: unknown key. The keys here are \
      total_processing_performance, performance_density, memory_bandwidth, link_bandwidth, \
      memory_and_link_bandwidth.
      """),
  ]

  static let market = [
    Mistake(
      "baseline: strong", "market: 2025",
      """
      8: market: is a single value, and must be a table of keys. Write for example '{date: \
      2025-03-01, destination: China}'.
      """),
    Mistake(
      "baseline: strong", "market: {date: 2025-02-30}",
      "8: market.date: '2025-02-30' is not a day. Write it as '2025-03-10'."),
    Mistake(
      "baseline: strong", "market: {date: 2025-02-01, destination: Chian}",
      "8: market.destination: no export rule speaks of 'Chian'. Did you mean 'China'?"),
    Mistake(
      "baseline: strong", "market: {date: 2025-02-01, destination: Atlantis}",
      """
      8: market.destination: no export rule speaks of 'Atlantis'. The rules know China, Macau.
      """),
    Mistake(
      "baseline: strong", "market: {date: 2025-02-01, accepts: all}",
      """
      8: market.accepts: 'all' is not a choice here. Choose 'free', 'notification', 'risk', \
      'case-by-case' or 'denied'.
      """),
    Mistake(
      "devices: 2048", "devices: 2048, supply: 1000",
      """
      5: fleets[2].supply: is a single value, and must be a list. Write for example '[{from: \
      2025-03-01, devices: 2048}]'.
      """),
    Mistake(
      "devices: 2048", "devices: 2048, supply: [{from: soon, devices: -1}]",
      "5: fleets[2].supply[1].from: 'soon' is not a day. Write it as '2025-03-10'.",
      """
      5: fleets[2].supply[1].devices: '-1' is out of range. Write a number from 0 to 10000000.
      """),
    Mistake(
      "devices: 2048", "devices: 2048, supply: [{from: 2025-01-01, devices: 10}]",
      """
      5: fleets[2].fleet: needs 'market'. Write for example 'market: {date: 2025-03-01}'.
      """),
  ]
}
