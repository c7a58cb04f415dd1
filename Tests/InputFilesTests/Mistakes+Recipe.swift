extension Mistake {
  static let training = [
    Mistake(
      "training: {tokens", "traning: {tokens",
      "4: traning: unknown key. Did you mean 'training'?"),
    Mistake(
      "training: {tokens: 1 T, sequence_length: 4096, global_batch: 8960, precision: bf16}",
      "training: fast",
      """
      4: training: is a single value, and must be a table of keys. Write for example '{tokens: \
      1 T, sequence_length: 4096, global_batch: 8960, precision: bf16}'.
      """),
    Mistake(
      "tokens: 1 T, seq", "tokens: 1 TB, seq",
      "4: training.tokens: '1 TB' is bytes, not tokens. Write for example '1 T'."),
    Mistake(
      "tokens: 1 T, seq", "tokens: 1, seq",
      "4: training.tokens: '1' has no unit, and must be tokens. Write for example '1 T'."),
    Mistake(
      "tokens: 1 T, seq", "tokens: 1 Q, seq",
      """
      4: training.tokens: '1 Q' has the unknown unit 'Q'. The units of tokens are K, M, B, T, \
      tokens.
      """),
    Mistake(
      "tokens: 1 T, seq", "tokens: -1 T, seq",
      "4: training.tokens: '-1 T' is out of range. Write a number above 0."),
    Mistake(
      "tokens: 1 T, seq", "tokens: 0 T, seq",
      "4: training.tokens: '0 T' is out of range. Write a number above 0."),
    Mistake(
      "tokens: 1 T, seq", "tokens: .nan, seq",
      "4: training.tokens: '.nan' is not a finite number. Write one that is."),
    Mistake(
      "tokens: 1 T, seq", "tokens: 1 K, seq",
      """
      4: training.tokens: 1000 tokens are less than one step of 36700160 (global_batch times \
      sequence_length). Write more tokens or a smaller batch.
      """),
    Mistake(
      "tokens: 1 T, seq", "tokens: a trillion, seq",
      "4: training.tokens: 'a trillion' is not a number. Write for example '1 T'."),
    Mistake(
      "tokens: 1 T, seq", "seq",
      "4: training.tokens: is missing. Write for example 'tokens: 1 T'."),
    Mistake(
      "sequence_length: 4096", "sequence_length: 4k",
      """
      4: training.sequence_length: '4k' has the unit 'k', and must be a plain count. Write the \
      number alone, such as '4096'.
      """),
    Mistake(
      "sequence_length: 4096", "sequence_length: 0",
      "4: training.sequence_length: '0' is out of range. Write a number from 1 to 100000000."),
    Mistake(
      "sequence_length: 4096", "sequence_length: 4096.5",
      """
      4: training.sequence_length: '4096.5' is not a whole number. Write one without a \
      fraction.
      """),
    Mistake(
      "sequence_length: 4096", "sequence_length: \"4096\"",
      """
      4: training.sequence_length: '4096' stands in quotes, which make it text. Leave the \
      quotes out.
      """),
    Mistake(
      "sequence_length: 4096", "sequence_length: 0x1000",
      """
      4: training.sequence_length: '0x1000' is not a decimal number. Write it with the digits \
      0 to 9.
      """),
    Mistake(
      "sequence_length: 4096", "sequence_length: 04096",
      """
      4: training.sequence_length: '04096' starts with a zero, which some read as octal. Write \
      '4096'.
      """),
    Mistake(
      "sequence_length: 4096", "sequence_length: 4,096",
      """
      4: training.096: unknown key. A comma ends a value between braces: write numbers \
      without.
      """),
    Mistake(
      "sequence_length: 4096", "seq_length: 4096",
      "4: training.seq_length: unknown key. Did you mean 'sequence_length'?"),
    Mistake(
      "global_batch: 8960", "global_batch: 4_096",
      """
      4: training.global_batch: '4_096' has a comma or '_' inside. Write a point before the \
      fraction, and nothing between thousands.
      """),
    Mistake(
      "global_batch: 8960", "global_batch: 1e999",
      "4: training.global_batch: '1e999' is not a finite number. Write one that is."),
    Mistake(
      "global_batch: 8960", "global_batch: ~",
      "4: training.global_batch: has no value. Write for example '8960'."),
    Mistake(
      "precision: bf16", "precision: bf61",
      "4: training.precision: 'bf61' is not a choice here. Did you mean 'bf16'?"),
    Mistake(
      "precision: bf16", "precision: int4",
      """
      4: training.precision: 'int4' is not a choice here. Choose 'fp32', 'tf32', 'fp16', \
      'bf16', 'fp8', 'fp8-block' or 'fp4-block'.
      """),
    Mistake(
      "precision: bf16", "precision: bf16, optimizer: adamw",
      "4: training.optimizer: 'adamw' is not a choice here. Did you mean 'adam'?"),
    Mistake(
      "precision: bf16", "precision: bf16, optimizer: sgd",
      "4: training.optimizer: 'sgd' is not a choice here. Choose 'adam', 'adam-bf16' or 'adam-8bit'."
    ),
    Mistake(
      "precision: bf16", "precision: bf16, routing: zipf",
      """
      4: training.routing: 'zipf' is not a choice here. Choose 'balanced', '{zipf: 0.3}', \
      '{dirichlet: 5}' or '{capacity: 1.25}'.
      """),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {zip: 0.3}",
      "4: training.routing.zip: unknown key. Did you mean 'zipf'?"),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {zipf: 0.3, dirichlet: 5}",
      "4: training.routing.dirichlet: 'zipf' and 'dirichlet' exclude each other. Keep one."),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {zipf: -1}",
      "4: training.routing.zipf: '-1' is out of range. Write a number from 0 to 10."),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {zipf: 0.3, measured: loads.csv}",
      "4: training.routing.measured: 'zipf' and 'measured' exclude each other. Keep one."),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {dirichlet: 0}",
      "4: training.routing.dirichlet: '0' is out of range. Write a number above 0."),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {capacity: 0}",
      "4: training.routing.capacity: '0' is out of range. Write a number from 1 to 1000."),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {zipf: 1, padded: true}",
      """
      4: training.routing.padded: has a meaning only with 'capacity'. Add that, or leave this \
      out.
      """),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {capacity: 1.25, padded: yes}",
      "4: training.routing.padded: 'yes' is not read as true or false. Write 'true'."),
    Mistake(
      "training: {tokens", "training: {padded: 1, tokens",
      """
      4: training.padded: unknown key. The keys here are tokens, sequence_length, \
      global_batch, precision, optimizer, routing.
      """),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {}",
      """
      4: training.routing: needs 'zipf', 'dirichlet', 'capacity' or 'measured'. Write for example 'zipf: \
      0.3'.
      """),
    Mistake(
      "precision: bf16", "precision: bf16, routing: {zipf: 0.3 s}",
      "4: training.routing.zipf: '0.3 s' is a time, not a plain ratio. Write for example '0.3'."),
  ]

  static let plan = [
    Mistake(
      "plan: best", "plan: fastest",
      """
      7: plan: 'fastest' is not a choice here. Choose 'best', '{search: {expert: 8}}' or \
      '{tensor: 1, pipeline: 8, expert: 8}'.
      """),
    Mistake(
      "plan: best", "plan: [best]",
      """
      7: plan: is a list, and must be a single value or a table of keys. Write for example \
      'best'.
      """),
    Mistake(
      "plan: best", "",
      "2: plan: is missing. Write for example 'plan: best'."),
    Mistake(
      "plan: best", "plan: {tensr: 8}",
      "7: plan.tensr: unknown key. Did you mean 'tensor'?"),
    Mistake(
      "plan: best", "plan: {tensor: 0}",
      "7: plan.tensor: '0' is out of range. Write a number from 1 to 1000000."),
    Mistake(
      "plan: best", "plan: {context: 1.5}",
      "7: plan.context: '1.5' is not a whole number. Write one without a fraction."),
    Mistake(
      "plan: best", "plan: {pipeline: two}",
      "7: plan.pipeline: 'two' is not a number. Write for example '8'."),
    Mistake(
      "plan: best", "plan: {virtual_stages: -1}",
      "7: plan.virtual_stages: '-1' is out of range. Write a number from 1 to 1000000."),
    Mistake(
      "plan: best", "plan: {data: 0}",
      "7: plan.data: '0' is out of range. Write a number from 1 to 1000000."),
    Mistake(
      "plan: best", "plan: {expert: 8 ranks}",
      """
      7: plan.expert: '8 ranks' has the unit 'ranks', and must be a plain count. Write the \
      number alone, such as '8'.
      """),
    Mistake(
      "plan: best", "plan: {expert_tensor: ''}",
      "7: plan.expert_tensor: '' is not a number. Write for example '8'."),
    Mistake(
      "plan: best", "plan: {micro_batch: 1_0}",
      """
      7: plan.micro_batch: '1_0' has a comma or '_' inside. Write a point before the fraction, \
      and nothing between thousands.
      """),
    Mistake(
      "plan: best", "plan: {tensor: 1000, pipeline: 1000, data: 1000}",
      """
      7: plan: the degrees multiply to 1000000000 ranks, more than 10000000. Write smaller \
      ones.
      """),
    Mistake(
      "plan: best", "plan: {sequence_parallel: 'true'}",
      """
      7: plan.sequence_parallel: 'true' stands in quotes, which make it text. Leave the quotes out.
      """),
    Mistake(
      "plan: best", "plan: {sequence_parallel: on}",
      "7: plan.sequence_parallel: 'on' is not read as true or false. Write 'true'."),
    Mistake(
      "plan: best", "plan: {schedule: f1b1}",
      "7: plan.schedule: 'f1b1' is not a choice here. Choose 'gpipe', '1f1b', 'zb-h1' or 'dualpipe'."
    ),
    Mistake(
      "plan: best", "plan: {sharding: zero1}",
      "7: plan.sharding: 'zero1' is not a choice here. Did you mean 'zero-1'?"),
    Mistake(
      "plan: best", "plan: {sharding: fsdp}",
      """
      7: plan.sharding: 'fsdp' is not a choice here. Choose 'none', 'zero-1', 'zero-2' or \
      'zero-3'.
      """),
    Mistake(
      "plan: best", "plan: {recompute: selective}",
      """
      7: plan.recompute: 'selective' is not a choice here. Choose 'none', 'full' or \
      '[attention, activations, experts, up_projections]'.
      """),
    Mistake(
      "plan: best", "plan: {recompute: [attention, norms]}",
      """
      7: plan.recompute[2]: 'norms' is not a choice here. Choose 'attention', 'activations', \
      'experts' or 'up_projections'.
      """),
    Mistake(
      "plan: best", "plan: {recompute: []}",
      "7: plan.recompute: holds nothing. Write for example 'full'."),
    Mistake(
      "plan: best", "plan: {prefetch: -1}",
      "7: plan.prefetch: '-1' is out of range. Write a number from 0 to 1000."),
    Mistake(
      "plan: best", "plan: {sequence_parallel: 2}",
      "7: plan.sequence_parallel: '2' is neither true nor false. Write 'true' or 'false'."),
  ]
}
