extension Mistake {
  static let all =
    asked + training + fleets + plan + search + sweep + budget + references + run + runOfFleet
    + stragglers + uncertainty + faults + market + mixes

  static let asked = [
    Mistake(
      "title: A question", "title: [a, b]",
      """
      2: title: is a list, and must be a single value. Write for example 'What does Ling-Plus \
      cost?'.
      """),
    Mistake(
      "title: A question", #"title: "a\e[31m""#,
      "2: title: 'a\\u{1b}[31m' holds characters that cannot be shown. Leave them out."),
    Mistake(
      "title: A question", "title: ' '",
      "2: title: has no value. Write for example 'What does Ling-Plus cost?'."),
    Mistake(
      "title: A question", "title:",
      "2: title: has no value. Write for example 'What does Ling-Plus cost?'."),
    Mistake(
      "title: A question", "titel: A question",
      "2: titel: unknown key. Did you mean 'title'?"),
    Mistake(
      "model: small", "modle: small",
      "3: modle: unknown key. Did you mean 'model'?"),
    Mistake(
      "model: small", "model: smal",
      "3: model: 'smal' is no model in 'scenarios/models'. Did you mean 'small'?"),
    Mistake(
      "model: small", "model: gigantic",
      """
      3: model: 'gigantic' is no model in 'scenarios/models', which holds small. Choose one, \
      or add 'gigantic.yaml' there.
      """),
    Mistake(
      "model: small", "model: [small]",
      "3: model: is a list, and must be a single value. Write for example 'ling-plus'."),
    Mistake(
      "model: small", "model: small\nmodels: [small]",
      "4: models: 'model' and 'models' exclude each other. Keep one."),
    Mistake(
      "model: small", "models: small",
      """
      3: models: is a single value, and must be a list. Write for example '[ling-plus, \
      deepseek-v3]'.
      """),
    Mistake(
      "model: small", "models: []",
      "3: models: holds nothing. Write for example '[ling-plus, deepseek-v3]'."),
    Mistake(
      "model: small", "models: [small, smal]",
      "3: models[2]: 'smal' is no model in 'scenarios/models'. Did you mean 'small'?"),
    Mistake(
      "devices: 1024", "devices: -8",
      "6: devices: '-8' is out of range. Write a number from 1 to 10000000."),
    Mistake(
      "devices: 1024", "devices: many",
      "6: devices: 'many' is not a number. Write for example '4096'."),
    Mistake(
      "devices: 1024", "devices: 20000000",
      "6: devices: '20000000' is out of range. Write a number from 1 to 10000000."),
    Mistake(
      "baseline: strong", "baseline: strng",
      "8: baseline: 'strng' is no fleet of this scenario. Did you mean 'strong'?"),
    Mistake(
      "baseline: strong", "baseline: other",
      "8: baseline: 'other' is no fleet of this scenario. Its fleets are strong, half."),
    Mistake(
      "deadline: 90 d", "currency: rmb\ndeadline: 90 d",
      "10: currency: 'rmb' is not a currency. Write three capital letters, such as 'RMB'."),
    Mistake(
      "deadline: 90 d", "currency: EUR\ndeadline: 90 d",
      """
      hardware-profiles/fleets/strong.yaml:6: price: no exchange rate from USD to EUR is \
      known, only USD to RMB. Add a dated rate to \
      'hardware-profiles/prices/exchange-rates.yaml'.
      """,
      """
      13: reference[1].cost: is in RMB, and the scenario in EUR. Add the figure's 'date', so \
      that it can be converted.
      """,
      """
      14: reference[2].cost: no exchange rate from USD to EUR is known, only USD to RMB. Add a \
      dated rate to 'hardware-profiles/prices/exchange-rates.yaml'.
      """),
    Mistake(
      "total_tokens: 9 T", "total_tokens: 9 d",
      "9: total_tokens: '9 d' is a time, not tokens. Write for example '9 T'."),
    Mistake(
      "deadline: 90 d", "deadline: 90",
      "10: deadline: '90' has no unit, and must be a time. Write for example '90 d'."),
    Mistake(
      "deadline: 90 d", "deadline: 90 T",
      "10: deadline: '90 T' is tokens, not a time. Write for example '90 d'."),
    Mistake(
      "deadline: 90 d", "deadline: 90 dys",
      "10: deadline: '90 dys' has the unknown unit 'dys'. Did you mean 'days'?"),
    Mistake(
      "deadline: 90 d", "deadline: 0 d",
      "10: deadline: '0 d' is out of range. Write a number above 0."),
    Mistake(
      "baseline: strong", "baseline: 7",
      "8: baseline: '7' is no fleet of this scenario. Its fleets are strong, half."),
  ]

  static let budget = [
    Mistake(
      "deadline: 90 d", "budget: 60 M USD",
      """
      10: budget: is in USD, and the scenario in RMB. Write the budget in RMB.
      """),
    Mistake(
      "deadline: 90 d", "budget: 60",
      "10: budget: '60' is not an amount of money. Write for example '60 M RMB'."),
  ]

  static let fleets = [
    Mistake(
      "fleets: [strong, {fleet: strong, name: half, devices: 2048}]", "fleets: strong",
      "5: fleets: is a single value, and must be a list. Write for example '[ling-a, ling-d]'."),
    Mistake(
      "fleets: [strong, {fleet: strong, name: half, devices: 2048}]", "fleets: []",
      "5: fleets: holds nothing. Write for example '[ling-a, ling-d]'."),
    Mistake(
      "fleets: [strong, {fleet: strong, name: half, devices: 2048}]",
      "fleets: [strong, stong]",
      "5: fleets[2]: 'stong' is no fleet in 'hardware-profiles/fleets'. Did you mean 'strong'?"),
    Mistake(
      "fleets: [strong, {fleet: strong, name: half, devices: 2048}]",
      "fleets: [strong, strong]",
      "5: fleets[2]: 'strong' stands twice. Keep one, or give one of them a 'name' of its own."),
    Mistake(
      "fleet: strong, name: half", "flet: strong, name: half",
      "5: fleets[2].flet: unknown key. Did you mean 'fleet'?"),
    Mistake(
      "name: half", "name: [half]",
      """
      5: fleets[2].name: is a list, and must be a single value. Write for example \
      'ling-a-small'.
      """),
    Mistake(
      "devices: 2048", "devices: 0",
      "5: fleets[2].devices: '0' is out of range. Write a number from 1 to 10000000."),
    Mistake(
      "devices: 2048", "devices: 2048, price: lists",
      """
      5: fleets[2].price: 'lists' is no price list in 'hardware-profiles/prices'. Did you mean \
      'list'?
      """),
    Mistake(
      "fleets: [strong, {fleet: strong, name: half, devices: 2048}]",
      "fleets: [strong, [strong]]",
      """
      5: fleets[2]: is a list, and must be a single value or a table of keys. Write for \
      example 'ling-a'.
      """),
    Mistake(
      "fleet: strong, name: half", "fleet: [strong], name: half",
      "5: fleets[2].fleet: is a list, and must be a single value. Write for example 'ling-a'."),
  ]

  static let references = [
    Mistake(
      "{fleet: strong, cost: 6.35 M RMB,", "{fleet: other, cost: 6.35 M RMB,",
      """
      12: reference[1].fleet: 'other' is no fleet of this scenario. Its fleets are strong, \
      half.
      """),
    Mistake(
      "{fleet: strong, cost: 6.35 M RMB,", "{cost: 6.35 M RMB,",
      "12: reference[1]: needs 'fleet' or 'label'. Write for example 'fleet: ling-d'."),
    Mistake(
      "label: weaker devices", "label: {}",
      """
      13: reference[2].label: is a table of keys, and must be a single value. Write for \
      example 'lower-specification hardware'.
      """),
    Mistake(
      "6.35 M RMB", "6.35 M",
      """
      12: reference[1].cost: '6.35 M' is not an amount of money. Write for example '6.35 M \
      RMB'.
      """),
    Mistake(
      "6.35 M RMB", "6.35 MRMB",
      """
      12: reference[1].cost: '6.35 MRMB' is not an amount of money. Write for example '6.35 M \
      RMB'.
      """),
    Mistake(
      "6.35 M RMB", "6.35 M RMB/h",
      """
      12: reference[1].cost: '6.35 M RMB/h' is not an amount of money. Write for example '6.35 \
      M RMB'.
      """),
    Mistake(
      "6.35 M RMB", "-6.35 M RMB",
      "12: reference[1].cost: '-6.35 M RMB' is out of range. Write a number above 0."),
    Mistake(
      "6.35 M RMB", "6.35 M GBP",
      """
      12: reference[1].cost: is in GBP, and the scenario in RMB. Add the figure's 'date', so \
      that it can be converted.
      """),
    Mistake(
      "date: 2024-02", "date: 2024-13",
      "13: reference[2].date: '2024-13' is not a date. Write it as '2025-03' or '2025-03-10'."),
    Mistake(
      " date: 2024-02,", "",
      """
      13: reference[2].cost: is in USD, and the scenario in RMB. Add the figure's 'date', so \
      that it can be converted.
      """),
    Mistake(
      "per: 1 T, source", "per: 1 h, source",
      "12: reference[1].per: '1 h' is a time, not tokens. Write for example '1 T'."),
    Mistake(
      "per: 1 T, source: a report}\n", "per: 1 T}\n",
      """
      12: reference[1].source: is missing. Write for example 'source: arXiv 2503.05139 section \
      1.3'.
      """),
    Mistake(
      "6.35 M RMB", "6.35 M rmb",
      """
      12: reference[1].cost: '6.35 M rmb' is not an amount of money. Write for example '6.35 M \
      RMB'.
      """),
    Mistake(
      "source: a report}\n  - {label", "source: }\n  - {label",
      "12: reference[1].source: has no value. Write for example 'arXiv 2503.05139 section 1.3'."),
  ]
}
