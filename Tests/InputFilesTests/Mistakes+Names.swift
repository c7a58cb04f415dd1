extension Mistake {
  static let inPrices = [
    Mistake(
      "date: 2025-03", "date: 2025-03\nnotice: {value: 2 min, kind: estimated, source: a reason}",
      "4: notice: has a meaning only with 'preemption'. Add that, or leave this out."),
    Mistake(
      "2.5 USD/h", "2.5 USD",
      "6: prices.strong: '2.5 USD' is not an amount of money. Write for example '27.5 RMB/h'."),
    Mistake(
      "basis: rental-list", "basis: rental",
      """
      2: basis: 'rental' is not a choice here. Choose 'internal-accounting', 'rental-list', \
      'rental-bare-metal', 'rental-reserved' or 'rental-spot'.
      """),
    Mistake(
      "date: 2025-03", "date: March 2025",
      "3: date: 'March 2025' is not a date. Write it as '2025-03' or '2025-03-10'."),
    Mistake(
      "  strong:", "  stron:",
      """
      6: prices.stron: 'stron' is no device in 'hardware-profiles/devices'. Did you mean \
      'strong'?
      """),
  ]

  static let inExchangeRates = [
    Mistake(
      "to: RMB, date: 2024-01", "to: USD, date: 2024-01",
      "3: rates[1].to: USD in USD is no exchange rate. Name two currencies."),
    Mistake(
      "value: 7.1,", "value: 0,",
      "4: rates[1].rate: '0' is out of range. Write a number above 0."),
    Mistake(
      "from: USD, to: RMB, date: 2025-02", "from: usd, to: RMB, date: 2025-02",
      "5: rates[2].from: 'usd' is not a currency. Write three capital letters, such as 'RMB'."),
  ]

  static let inFleet = [
    Mistake(
      "device: strong", "device: strongest-of-all",
      """
      2: device: 'strongest-of-all' is no device in 'hardware-profiles/devices', which holds \
      strong. Choose one, or add 'strongest-of-all.yaml' there.
      """),
    Mistake(
      "stack: framework", "stack: framewrok",
      """
      5: stack: 'framewrok' is no software stack in 'hardware-profiles/software/stacks'. Did you \
      mean 'framework'?
      """),
    Mistake(
      "price: list", "price: lisst",
      "6: price: 'lisst' is no price list in 'hardware-profiles/prices'. Did you mean 'list'?"),
    Mistake(
      "devices: 4096", "devices: 0",
      "7: devices: '0' is out of range. Write a number from 1 to 10000000."),
  ]

  static let inModel = [
    Mistake(
      "key_value_heads: 8", "key_value_heads: 6",
      """
      5: attention.key_value_heads: 16 heads cannot share 6 key-value heads evenly. Use a \
      divisor of 16, such as 4.
      """),
    Mistake(
      "top_k: 4", "top_k: 65",
      "7: experts.top_k: 65 is more than the 64 experts there are. Write 64 at most."),
    Mistake(
      "leading_dense_layers: 1", "leading_dense_layers: 24",
      """
      7: experts: 24 leading dense layers leave none of the 24 layers for experts. Write fewer, \
      or leave the experts out.
      """),
    Mistake(
      "kind: grouped", "kind: multi-head",
      "5: attention.kind: 'multi-head' is not a choice here. Choose 'grouped' or 'latent'."),
    Mistake(
      "active: 2.75 B", "active: 27.5 T",
      """
      8: published.active: 27500000000000 active parameters are more than the 16800000000 in \
      all. Check both.
      """),
    Mistake(
      "layers: 24", "layers: 24.5",
      "2: layers: '24.5' is not a whole number. Write one without a fraction."),
    Mistake(
      "active_convention: output-only", "active_convention: outputs-only",
      """
      8: published.active_convention: 'outputs-only' is not a choice here. Did you mean \
      'output-only'?
      """),
    Mistake(
      "width: 5632, gated: true", "width: 5632",
      "6: feed_forward.gated: is missing. Write for example 'gated: true'."),
    Mistake(
      "width: 5632", "width: 0",
      "6: feed_forward.width: '0' is out of range. Write a number from 1 to 10000000."),
    Mistake(
      "kind: grouped, heads: 16, key_value_heads: 8, head_width: 128",
      "kind: latent, heads: 16, head_width: 128",
      """
      5: attention.head_width: unknown key. The keys here are kind, heads, query_rank, \
      key_value_rank, position_free_width, position_width, value_width.
      """,
      "5: attention.key_value_rank: is missing. Write for example 'key_value_rank: 512'.",
      """
      5: attention.position_free_width: is missing. Write for example 'position_free_width: \
      128'.
      """,
      "5: attention.position_width: is missing. Write for example 'position_width: 64'.",
      "5: attention.value_width: is missing. Write for example 'value_width: 128'."),
    Mistake(
      "hidden: 2048", "hidden: 10000000\nlearned_positions: 0",
      "4: learned_positions: '0' is out of range. Write a number from 1 to 100000000."),
    Mistake(
      "count: 64, top_k: 4, width: 1408", "count: 1000000, top_k: 4, width: 1000000",
      """
      2: layers: these shapes make more parameters than can be meant. Check layers, widths and \
      experts.
      """),
  ]
}
