import CSV
import Parallelism

extension RunDecoder {
  /// What the data-parallel ranks split, from words such as `FSDP full shard (ZeRO-3)`.
  ///
  /// `none stated` stands where a source gives its whole configuration without it: none. Where the
  /// cell is empty, frameworks are taken to shard optimizer states since 2022.
  mutating func sharding(data: Int, pipeline: Int) -> OptimizerSharding {
    let text = fields["opt_sharding"] ?? ""
    // Some rows print only the method's name, in their notes.
    let isFullyNoted = fields["notes"]?.mentions("fsdp") == true && pipeline == 1
    if text.mentions(anyOf: ["zero-3", "zero3", "fsdp"]) || isFullyNoted { return .weights }
    if text.mentions(anyOf: ["zero-2", "zero2"]) { return shardedGradients(pipeline) }
    if text.mentions(anyOf: ["zero-1", "zero1", "distributed"]) { return .optimizer }
    if text.mentions("zero") {
      assume("'\(text)' as ZeRO-2")
      return shardedGradients(pipeline)
    }
    if fields["opt_sharding"] != nil || fields.says("none stated", in: "opt_sharding") {
      return .none
    }
    let shards = month >= "2022-06" && data > 1
    if data > 1 { assume("optimizer sharding: \(shards ? "ZeRO-1" : "none")") }
    return shards ? .optimizer : .none
  }

  /// With several stages gradients must be kept whole until the last micro-batch: what sources call
  /// ZeRO-2 there moves as much as ZeRO-1.
  private mutating func shardedGradients(_ pipeline: Int) -> OptimizerSharding {
    guard pipeline > 1 else { return .gradients }
    assume("ZeRO-2 over several stages as ZeRO-1")
    return .optimizer
  }

  /// Sequence parallelism came with tensor parallelism in Megatron-LM in May 2022; Megatron-DeepSpeed
  /// did not take it over.
  mutating func sequenceParallel(tensor: Int) -> Bool {
    if let text = fields["sequence_parallel"] { return !text.mentions("no") && text != "0" }
    guard tensor > 1 else { return false }
    let has = month >= "2022-05" && !isPlainDeepSpeed
    assume("\(has ? "" : "no ")sequence parallelism")
    return has
  }

  private var isPlainDeepSpeed: Bool { fields["stack"]?.mentions("deepspeed") ?? false }
}
