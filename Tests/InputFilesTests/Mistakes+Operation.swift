extension Mistake {
  static let inReliability = [
    Mistake(
      "name: Mature", "name: []",
      """
      2: name: is a list, and must be a single value. Write for example 'Mature fleets of 2024 \
      and 2025'.
      """),
    Mistake(
      "node: 8", "node: 0",
      "3: groups.node: '0' is out of range. Write a number from 1 to 100000."),
    Mistake(
      "groups: {node: 8, switch: 64, supernode: 64}", "groups: 8",
      """
      3: groups: is a single value, and must be a table of keys. Write for example '{node: 8, \
      switch: 64, supernode: 8}'.
      """),
    Mistake(
      "rate: {value: 4e-4 /d", "rate: {value: 4e-4",
      """
      7: causes[1].rate: '4e-4' has no unit, and must be a number of events per time. Write \
      for example '4e-4 /d'.
      """),
    Mistake(
      "rate: {value: 4e-4 /d", "rate: {value: 4e-4 d",
      """
      7: causes[1].rate: '4e-4 d' is a time, not a number of events per time. Write for \
      example '4e-4 /d'.
      """),
    Mistake(
      "scope: device", "scope: rack",
      """
      6: causes[1].scope: 'rack' is not a choice here. Choose 'device', 'node', 'switch', \
      'supernode' or 'job'.
      """),
    Mistake(
      "weibull: {shape: 0.7", "weibull: {shape: 0",
      "8: causes[1].weibull.shape: '0' is out of range. Write a number from 0.1 to 20."),
    Mistake(
      "age: 100 d", "age: -1 d",
      "8: causes[1].weibull.age: '-1 d' is out of range. Write a number 0 or more."),
    Mistake(
      "planned: true", "planned: yes",
      "9: causes[2].planned: 'yes' is not read as true or false. Write 'true'."),
    Mistake(
      "detection: {value: 1 min", "detection: {value: 1",
      """
      11: causes[2].detection: '1' has no unit, and must be a time. Write for example '30 \
      min'.
      """),
    Mistake(
      "between: [2e-4, 8e-4]", "between: [8e-4, 2e-4]",
      """
      7: causes[1].rate.between: is no range of a triangular distribution around the value. \
      Write two rising numbers that hold the value between them.
      """),
    Mistake(
      "between: [2e-4, 8e-4]", "between: [2e-4]",
      """
      7: causes[1].rate.between: is no range of a triangular distribution around the value. \
      Write two rising numbers that hold the value between them.
      """),
    Mistake(
      "between: [2e-4, 8e-4]", "between: [2e-4 /h, 8e-4]",
      """
      7: causes[1].rate.between: '2e-4 /h' is no plain number. Write numbers in the unit of \
      the value, '/d'.
      """),
    Mistake(
      "between: [2e-4, 8e-4]", "distribution: normal",
      """
      7: causes[1].rate.distribution: has a meaning only with 'between'. Add that, or leave \
      this out.
      """),
    Mistake(
      "distribution: lognormal", "distribution: gauss",
      """
      15: recovery.restart.distribution: 'gauss' is not a choice here. Choose 'triangular', \
      'uniform', 'beta', 'normal' or 'lognormal'.
      """),
    Mistake(
      "samples: [0.5, 1, 2]", "samples: []",
      "19: recovery.manual_delay.samples: holds nothing. Write for example '[20, 27, 35]'."),
    Mistake(
      "samples: [0.5, 1, 2]", "samples: [1], between: [1, 2]",
      """
      19: recovery.manual_delay.samples: 'between' and 'samples' exclude each other. Keep one.
      """),
    Mistake(
      "manual_share: {value: 10 %", "manual_share: {value: 110 %",
      "18: recovery.manual_share: '110 %' is out of range. Write a number from 0 to 1."),
    Mistake(
      "slowdown: {value: 10 %", "slowdown: 10 %",
      """
      22: is not YAML: mapping values are not allowed in this context. Put a text that holds \
      ': ' in quotes, or check the indentation.
      """),
    Mistake(
      "  repair:", "  repare:",
      "17: recovery.repare: unknown key. Did you mean 'repair'?"),
    Mistake(
      "notes: [none]", "notes: none",
      """
      24: notes: is a single value, and must be a list. Write for example '[two sources \
      differ]'.
      """),
  ]

  static let inSite = [
    Mistake(
      "0.5 RMB/kWh", "0.5 RMB/h",
      "3: electricity: '0.5 RMB/h' is not an amount of money. Write for example '0.5 RMB/kWh'."),
    Mistake(
      "date: 2025-06", "date: June",
      "3: electricity.date: 'June' is not a date. Write it as '2025-03' or '2025-03-10'."),
    Mistake(
      "pue: {value: 1.25", "pue: {value: 0.9",
      "4: pue: '0.9' is out of range. Write a number from 1 to 5."),
    Mistake(
      "0.58 kg/kWh", "0.58 kg",
      """
      5: carbon: '0.58 kg' has the unknown unit 'kg'. The units of emissions per energy are \
      kg/kWh, g/kWh.
      """),
    Mistake(
      "staff: {value: 2 K RMB, date: 2025,", "staff: {value: 2 K RMB,",
      "6: staff.date: is missing. Write for example 'date: 2025-06'."),
    Mistake(
      "host_power_factor", "host_factor",
      """
      2: host_power_factor: is missing. Write for example 'host_power_factor: {value: 1.45, \
      kind: specified, source: vendor datasheet}'.
      """,
      """
      7: host_factor: unknown key. The keys here are name, electricity, pue, carbon, staff, \
      host_power_factor, idle_power_share, notes.
      """),
    Mistake(
      "idle_power_share: {value: 30 %", "idle_power_share: {value: 30",
      "8: idle_power_share: '30' is out of range. Write a number from 0 to 1."),
  ]

  static let inOwnership = [
    Mistake(
      "life: {value: 5 y", "life: {value: 5",
      "3: life: '5' has no unit, and must be a time. Write for example '5 y'."),
    Mistake(
      "residual: {value: 10 %", "residual: {value: 2",
      "4: residual: '2' is out of range. Write a number from 0 to 1."),
    Mistake(
      "occupancy: {value: 85 %", "occupancy: {value: 0",
      "6: occupancy: '0' is out of range. Write a number above 0 and at most 1."),
    Mistake(
      "  strong:\n", "  strng:\n",
      """
      8: devices.strng: 'strng' is no device in 'hardware-profiles/devices'. Did you mean \
      'strong'?
      """),
    Mistake(
      "server: {value: 6 K USD", "server: {value: 6 K",
      """
      10: devices.strong.server: '6 K' is not an amount of money. Write for example '6 K USD'.
      """),
    Mistake(
      "    facility: {value: 12 K USD, date: 2024-02, kind: specified, source: a list}\n", "",
      """
      9: devices.strong.facility: is missing. Write for example 'facility: {value: 12 K USD, \
      ...}'.
      """),
    Mistake(
      "facility_life: {value: 15 y", "facility_life: {value: 0 y",
      "5: facility_life: '0 y' is out of range. Write a number above 0."),
  ]
}
