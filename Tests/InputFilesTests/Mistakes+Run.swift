extension Mistake {
  static let run = [
    Mistake(
      "reliability: mature", "reliability: matur",
      """
      15: run.reliability: 'matur' is no reliability profile in \
      'hardware-profiles/reliability'. Did you mean 'mature'?
      """),
    Mistake(
      "reliability: mature", "rely: mature",
      """
      15: run.rely: unknown key. The keys here are stragglers, checkpoint, reliability, site, \
      spare_nodes, shortage, step_variation, local_steps, batch_ramp, loss_spikes, evaluation, \
      horizon and 2 more.
      """),
    Mistake(
      "  reliability: mature\n", "",
      "5: fleets[1]: needs 'reliability'. Write for example 'reliability: mature-2025'.",
      "5: fleets[2].fleet: needs 'reliability'. Write for example 'reliability: mature-2025'."),
    Mistake(
      "site: hub", "site: hup",
      "16: run.site: 'hup' is no site in 'hardware-profiles/sites'. Did you mean 'hub'?"),
    Mistake(
      "interval: best, stall", "interval: worst, stall",
      "17: run.checkpoint.interval: 'worst' is not a number. Write for example 'best'."),
    Mistake(
      "interval: best, stall: 30 s, persist: 1 min, load: 2 min,", "[]",
      """
      17: run.checkpoint: a key is not a word. Write keys as plain words, such as 'name: ...'.
      """,
      "18: is not YAML: did not find expected ',' or '}'. Close the table with '}'."),
    Mistake(
      "stall: 30 s, persist: 1 min", "persist: 1 min",
      "17: run.checkpoint: needs 'stall' or 'storage'. Write for example 'stall: 30 s'."),
    Mistake(
      "stall: 30 s", "stall: 30",
      """
      17: run.checkpoint.stall: '30' has no unit, and must be a time. Write for example '30 \
      s'.
      """),
    Mistake(
      "persist: 1 min", "persist: 1 s",
      """
      17: run.checkpoint.persist: is shorter than 'stall', and a save cannot be readable \
      before it ends. Write at least as much.
      """),
    Mistake(
      "persist: 1 min", "persist: soon",
      "17: run.checkpoint.persist: 'soon' is not a number. Write for example '2 min'."),
    Mistake(
      "load: 2 min,", "lode: 2 min,",
      """
      17: run.checkpoint.lode: unknown key. The keys here are interval, storage, stall, \
      persist, load, memory.
      """,
      "17: run.checkpoint.load: is missing. Write for example 'load: 2 min'."),
    Mistake(
      "load: 2 min,", "load: 2 GB,",
      "17: run.checkpoint.load: '2 GB' is bytes, not a time. Write for example '2 min'."),
    Mistake(
      "memory: {interval: 1 min, stall: 0.2 s, load: 20 s}", "memory: 5 s",
      """
      18: run.checkpoint.memory: is a single value, and must be a table of keys. Write for \
      example '{interval: 1 min, stall: 0.2 s, load: 20 s}'.
      """),
    Mistake(
      "memory: {interval: 1 min", "memory: {interval: 0 s",
      "18: run.checkpoint.memory.interval: '0 s' is out of range. Write a number above 0."),
    Mistake(
      "stall: 0.2 s", "stall: -1 s",
      "18: run.checkpoint.memory.stall: '-1 s' is out of range. Write a number 0 or more."),
    Mistake(
      "load: 20 s", "load: 20",
      """
      18: run.checkpoint.memory.load: '20' has no unit, and must be a time. Write for example \
      '20 s'.
      """),
    Mistake(
      "memory: {", "storage: {writer: 0.4, total: 1 TB/s}, memory: {",
      """
      18: run.checkpoint.storage.writer: '0.4' has no unit, and must be bytes per second. \
      Write for example '0.4 GB/s'.
      """),
    Mistake(
      "memory: {", "storage: {writer: 0.4 GB/s, total: 1 TB}, memory: {",
      """
      18: run.checkpoint.storage.total: '1 TB' is bytes, not bytes per second. Write '1 TB/s'.
      """),
    Mistake(
      "memory: {", "storage: fast, memory: {",
      """
      18: run.checkpoint.storage: is a single value, and must be a table of keys. Write for \
      example '{writer: 0.4 GB/s, total: 1 TB/s}'.
      """),
    Mistake(
      "spare_nodes: 8", "spare_nodes: -1",
      "19: run.spare_nodes: '-1' is out of range. Write a number from 0 to 1000000."),
    Mistake(
      "shortage: wait", "shortage: stop",
      "20: run.shortage: 'stop' is not a choice here. Choose 'wait' or 'shrink'."),
    Mistake(
      "step_variation: 2 %", "step_variation: 200 %",
      "21: run.step_variation: '200 %' is out of range. Write a number from 0 to 1."),
    Mistake(
      "stragglers: {probability: 0.1 %, slowdown: 20 %}", "stragglers: none",
      """
      22: run.stragglers: is a single value, and must be a table of keys. Write for example \
      '{probability: 0.1 %, slowdown: 20 %}'.
      """),
    Mistake(
      "probability: 0.1 %", "probability: often",
      "22: run.stragglers.probability: 'often' is not a number. Write for example '0.1 %'."),
    Mistake(
      "probability: 0.1 %, slowdown: 20 %", "probability: 0.1 %",
      "22: run.stragglers.probability: has a meaning only with 'slowdown'. Add that, or leave this out."
    ),
    Mistake(
      "probability: 0.1 %, slowdown: 20 %", "mean: 5 %, probability: 0.1 %, slowdown: 20 %",
      "22: run.stragglers.mean: 'probability' and 'mean' exclude each other. Keep one."),
    Mistake(
      "slowdown: 20 %", "slowdown: -20 %",
      "22: run.stragglers.slowdown: '-20 %' is out of range. Write a number from 0 to 1000."),
    Mistake(
      "local_steps: 1", "local_steps: 0",
      "23: run.local_steps: '0' is out of range. Write a number from 1 to 100000."),
    Mistake(
      "batch_ramp: {start: 2560, share: 5 %}", "batch_ramp: 2560",
      """
      24: run.batch_ramp: is a single value, and must be a table of keys. Write for example \
      '{start: 2560, share: 5 %}'.
      """),
    Mistake(
      "start: 2560", "start: 0",
      "24: run.batch_ramp.start: '0' is out of range. Write a number from 1 to 100000000."),
    Mistake(
      "share: 5 %", "share: 0",
      "24: run.batch_ramp.share: '0' is out of range. Write a number above 0 and at most 1."),
    Mistake(
      "loss_spikes: {", "loss_spikes: {when: 3, ",
      "25: run.loss_spikes.when: unknown key. The keys here are rate, policy, steps."),
    Mistake(
      "loss_spikes: {rate: 0.1 /d, policy: skip, steps: 1}", "loss_spikes: rare",
      """
      25: run.loss_spikes: is a single value, and must be a table of keys. Write for example \
      '{rate: 0.1 /d, policy: skip, steps: 1}'.
      """),
    Mistake(
      "rate: 0.1 /d", "rate: 0.1",
      """
      25: run.loss_spikes.rate: '0.1' has no unit, and must be a number of events per time. \
      Write for example '0.1 /d'.
      """),
    Mistake(
      "policy: skip", "policy: skp",
      "25: run.loss_spikes.policy: 'skp' is not a choice here. Did you mean 'skip'?"),
    Mistake(
      "steps: 1}", "steps: -1}",
      "25: run.loss_spikes.steps: '-1' is out of range. Write a number 0 or more."),
    Mistake(
      "evaluation: 0.5 %", "evaluation: 95 %",
      "26: run.evaluation: '95 %' is out of range. Write a number from 0 to 0.9."),
    Mistake(
      "horizon: 54 d", "horizon: 54",
      "27: run.horizon: '54' has no unit, and must be a time. Write for example '54 d'."),
    Mistake(
      "  runs: 10", "  runs: 0",
      "28: run.runs: '0' is out of range. Write a number from 1 to 10000000."),
    Mistake(
      "  seed: 1\n", "  seed: one\n",
      "29: run.seed: 'one' is not a number. Write for example '1'."),
    Mistake(
      "checkpoint: {", "checkpont: {",
      "17: run.checkpont: unknown key. Did you mean 'checkpoint'?"),
    Mistake(
      "run:\n", "run: best\nruns:\n",
      """
      14: run: is a single value, and must be a table of keys. Write for example \
      '{reliability: mature-2025, checkpoint: ...}'.
      """,
      "15: runs: unknown key. Did you mean 'run'?"),
    Mistake(
      "spare_nodes: 8", "spare_nodes: {value: 8, between: [9, 10]}",
      """
      19: run.spare_nodes.between: is no range of a triangular distribution around the value. \
      Write two rising numbers that hold the value between them.
      """),
    Mistake(
      "step_variation: 2 %", "step_variation: {value: 2 %, between: [1 s, 3 s]}",
      """
      21: run.step_variation.between: '1 s' is no plain number. Write numbers in the unit of \
      the value, '%'.
      """),
    Mistake(
      "spare_nodes: 8", "spare_nodes: {value: 8, between: [0.5, 20]}",
      "19: run.spare_nodes.between: '0.5' is not a whole number. Write one without a fraction."),
    Mistake(
      "evaluation: 0.5 %", "evaluation: {value: 0.5 %, samples: [0, 0.5, 95]}",
      "26: run.evaluation.samples: '95 %' is out of range. Write a number from 0 to 0.9."),
    Mistake(
      "evaluation: 0.5 %", "evaluation: {value: 0.5 %, distribution: normal, between: [1, 2]}",
      """
      26: run.evaluation.between: is no range of a normal distribution around the value. Write \
      two rising numbers that hold the value between them.
      """),
    Mistake(
      "evaluation: 0.5 %", "evaluation: {value: 0.5 %, distribution: beta, between: [0]}",
      """
      26: run.evaluation.between: is no range of a beta distribution around the value. Write \
      two rising numbers that hold the value between them.
      """),
  ]

  static let runOfFleet = [
    Mistake(
      "devices: 2048", "devices: 2048, reliability: matur",
      """
      5: fleets[2].reliability: 'matur' is no reliability profile in \
      'hardware-profiles/reliability'. Did you mean 'mature'?
      """),
    Mistake(
      "devices: 2048", "devices: 2048, site: hup",
      "5: fleets[2].site: 'hup' is no site in 'hardware-profiles/sites'. Did you mean 'hub'?"),
    Mistake(
      "devices: 2048", "devices: 2048, ownership: purchase",
      """
      5: fleets[2].ownership: 'purchase' is no list of purchases in \
      'hardware-profiles/ownership'. Did you mean 'purchases'?
      """),
    Mistake(
      "devices: 2048", "devices: 2048, checkpoint: often",
      """
      5: fleets[2].checkpoint: is a single value, and must be a table of keys. Write for \
      example '{interval: best, stall: 30 s, load: 2 min}'.
      """),
    Mistake(
      "devices: 2048",
      "devices: 2048, checkpoint: {interval: worst, stall: 30, persist: soon, load: 2 GB, memory: {interval: 0 s, stall: -1 s, load: 20}, storage: {writer: 0.4, total: 1 TB}}",
      "5: fleets[2].checkpoint.interval: 'worst' is not a number. Write for example 'best'.",
      """
      5: fleets[2].checkpoint.storage.writer: '0.4' has no unit, and must be bytes per second. \
      Write for example '0.4 GB/s'.
      """,
      """
      5: fleets[2].checkpoint.storage.total: '1 TB' is bytes, not bytes per second. Write '1 \
      TB/s'.
      """,
      """
      5: fleets[2].checkpoint.stall: '30' has no unit, and must be a time. Write for example \
      '30 s'.
      """,
      "5: fleets[2].checkpoint.persist: 'soon' is not a number. Write for example '2 min'.",
      "5: fleets[2].checkpoint.load: '2 GB' is bytes, not a time. Write for example '2 min'.",
      "5: fleets[2].checkpoint.memory.interval: '0 s' is out of range. Write a number above 0.",
      "5: fleets[2].checkpoint.memory.stall: '-1 s' is out of range. Write a number 0 or more.",
      """
      5: fleets[2].checkpoint.memory.load: '20' has no unit, and must be a time. Write for \
      example '20 s'.
      """),
    Mistake(
      "devices: 2048",
      "devices: 2048, checkpoint: {stall: 1 s, load: 1 s, memory: no, storage: no}",
      """
      5: fleets[2].checkpoint.storage: is a single value, and must be a table of keys. Write \
      for example '{writer: 0.4 GB/s, total: 1 TB/s}'.
      """,
      """
      5: fleets[2].checkpoint.memory: is a single value, and must be a table of keys. Write \
      for example '{interval: 1 min, stall: 0.2 s, load: 20 s}'.
      """),
    Mistake(
      "devices: 2048", "devices: 2048, spare_nodes: few",
      "5: fleets[2].spare_nodes: 'few' is not a number. Write for example '8'."),
    Mistake(
      "devices: 2048", "devices: 2048, time_factor: 0",
      "5: fleets[2].time_factor: '0' is out of range. Write a number from 0.1 to 10."),
  ]

  static let uncertainty = [
    Mistake(
      "run:\n  reliability: mature", "runs:\n  reliability: mature",
      "14: runs: unknown key. Did you mean 'run'?",
      "30: uncertainty: has a meaning only with 'run'. Add that, or leave this out."),
    Mistake(
      "uncertainty: {draws: 16", "uncertainty: {draws: 0",
      "30: uncertainty.draws: '0' is out of range. Write a number from 1 to 1000000."),
    Mistake(
      "uncertainty: {draws: 16, ", "uncertainty: {",
      "30: uncertainty.draws: is missing. Write for example 'draws: 256'."),
    Mistake(
      "sensitivity: 4", "sensitivity: -1",
      "30: uncertainty.sensitivity: '-1' is out of range. Write a number from 0 to 1000000."),
    Mistake(
      "sampling: sobol", "sampling: halton",
      """
      30: uncertainty.sampling: 'halton' is not a choice here. Choose 'sobol', 'stratified' or \
      'random'.
      """),
    Mistake(
      "seed: 1, runs: 1", "seed: x, runs: 1",
      "30: uncertainty.seed: 'x' is not a number. Write for example '1'."),
    Mistake(
      "runs: 1, chance", "runs: 0, chance",
      "30: uncertainty.runs: '0' is out of range. Write a number from 1 to 100000."),
    Mistake(
      "chance: false", "chance: no",
      "30: uncertainty.chance: 'no' is not read as true or false. Write 'false'."),
    Mistake(
      "uncertainty: {draws: 16, sensitivity: 4, sampling: sobol, seed: 1, runs: 1, chance: false}",
      "uncertainty: yes",
      """
      30: uncertainty: is a single value, and must be a table of keys. Write for example \
      '{draws: 256, sensitivity: 64}'.
      """),
  ]
}
