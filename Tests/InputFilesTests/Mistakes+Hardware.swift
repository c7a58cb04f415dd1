extension Mistake {
  static let inDevice = [
    Mistake(
      "3.35 TB/s", "3.35 TB",
      "14: memory.bandwidth: '3.35 TB' is bytes, not bytes per second. Write '3.35 TB/s'."),
    Mistake(
      "80 GB,", "80 Gb,",
      "13: memory.capacity: '80 Gb' has the unknown unit 'Gb'. Did you mean 'GB'?"),
    Mistake(
      "{value: 80 GB, kind: specified, source: datasheet}", "80 GB",
      """
      13: memory.capacity: '80 GB' does not say where it comes from. Write '{value: 80 GB, kind: \
      specified, source: ...}'.
      """),
    Mistake(
      "{value: 80 GB, kind: specified, source: datasheet}",
      "{value: 80 GB, source: datasheet}",
      "13: memory.capacity.kind: is missing. Write for example 'kind: specified'."),
    Mistake(
      "{value: 80 GB, kind: specified, source: datasheet}",
      "{kind: specified, source: datasheet}",
      "13: memory.capacity: is missing. Write for example 'value: 80 GB'."),
    Mistake(
      "{value: 80 GB, kind: specified, source: datasheet}",
      "{value: 80 GB, kind: guess, source: \" \"}",
      """
      13: memory.capacity.kind: 'guess' is not a choice here. Choose 'specified', 'measured', \
      'derived' or 'estimated'.
      """,
      "13: memory.capacity.source: has no value. Write for example 'vendor datasheet'."),
    Mistake(
      "  bf16:", "  bf8:",
      """
      8: peak: has none of 'bf16', 'fp16' and 'fp32', and training needs one. Add the dense peak of \
      one.
      """,
      "8: peak.bf8: unknown key. The keys here are fp32, tf32, fp16, bf16, fp8, fp4, int8."),
    Mistake(
      "vendor: Maker\n", "",
      "2: vendor: is missing. Write for example 'vendor: NVIDIA'."),
    Mistake(
      "launched: 2022", "launched: last year",
      "5: launched: 'last year' is not a number. Write for example '2022'."),
    Mistake(
      "700 W", "700",
      "16: power: '700' has no unit, and must be a power. Write for example '700 W'."),
    Mistake(
      "814 mm2", "814 mm",
      "17: die_area: '814 mm' has the unknown unit 'mm'. Did you mean 'mm2'?"),
    Mistake(
      "value: 132,", "value: 0,",
      "15: compute_units: '0' is out of range. Write a number above 0."),
    Mistake(
      "1979 TOP/s", "1979 TFLOP/s",
      """
      10: peak.int8: '1979 TFLOP/s' is floating-point operations per second, not integer \
      operations per second. Write for example '1979 TOP/s'.
      """),
    Mistake(
      "notes: [sources agree]", "country: usa\ndata_center: maybe",
      "23: country: 'usa' is not a country. Write two capital letters, such as 'US'.",
      """
      24: data_center: 'maybe' is neither true nor false. Write 'true' or 'false'.
      """),
    Mistake(
      "  status: controlled",
      "  link_bandwidth: {value: 900 GB, kind: measured, source: it}\n  status: controlled",
      """
      21: export.link_bandwidth: '900 GB' is bytes, not bytes per second. Write '900 GB/s'.
      """),
    Mistake(
      "notes: [sources agree]", "notes: sources agree",
      """
      23: notes: is a single value, and must be a list. Write for example '[two sources \
      differ]'.
      """),
  ]

  static let inFabric = [
    Mistake(
      "kind: switched", "kind: nvswitch",
      """
      4: scale_up.kind: 'nvswitch' is not a choice here. Choose 'switched', 'mesh', 'ring', \
      'torus' or 'host'.
      """),
    Mistake(
      "kind: fat-tree", "kind: fattree",
      "9: scale_out.kind: 'fattree' is not a choice here. Did you mean 'fat-tree'?"),
    Mistake(
      "domain: 8", "domain: 8 devices",
      """
      7: scale_up.domain: '8 devices' has the unit 'devices', and must be a plain count. Write \
      the number alone, such as '8'.
      """),
    Mistake(
      "value: 1,", "value: 0.5,",
      "12: scale_out.oversubscription: '0.5' is out of range. Write a number 1 or more."),
    Mistake(
      "[strong]", "[stong]",
      "2: devices[1]: 'stong' is no device in 'hardware-profiles/devices'. Did you mean 'strong'?"),
    Mistake(
      "2 us", "2 meters",
      """
      6: scale_up.latency: '2 meters' has the unknown unit 'meters'. The units of a time are ns, \
      us, ms, s, min, h, d, days, day, y.
      """),
  ]

  static let inKernels = [
    Mistake(
      "efficiency: 0.8, k_ramp", "efficiency: 1.2, k_ramp",
      "6: matrix.bf16.efficiency: '1.2' is out of range. Write a number above 0 and at most 1."),
    Mistake(
      "kind: measured", "kind: fitted",
      """
      3: kind: 'fitted' is not a choice here. Choose 'specified', 'measured', 'derived' or \
      'estimated'.
      """),
    Mistake(
      "launch: 4 us, blend", "launch: 4, blend",
      "7: matrix.bf16.launch: '4' has no unit, and must be a time. Write for example '4 us'."),
  ]

  static let inStack = [
    Mistake(
      "{value: 80 %,", "{value: 120 %,",
      "7: overlap.pipeline: '120 %' is out of range. Write a number from 0 to 1."),
    Mistake(
      "2024-12}", "2023-12}",
      "2: covers[1].to: 2023-12 is before 'from', 2024-01. Swap the two."),
    Mistake(
      "fused_attention: true", "fused_attention: yes",
      "25: kernels.fused_attention: 'yes' is not read as true or false. Write 'true'."),
    Mistake(
      "schedules: [1f1b]", "schedules: []",
      "28: schedules: holds nothing. Write for example '[1f1b]'."),
    Mistake(
      "4 GiB", "4 Gi",
      "18: memory.reserved: '4 Gi' has the unknown unit 'Gi'. Did you mean 'GiB'?"),
  ]
}
