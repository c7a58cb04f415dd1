import Hardware

extension StackConstant {
  /// Every constant that a fit may move, with its plausible range. Times are in seconds.
  ///
  /// Ranges come from what profiles of training runs show: a kernel launch takes 2 to 10 us of the
  /// host and a layer of tens of kernels up to 1 ms where nothing is captured; a step's own work
  /// (data, logging, gradient norm) up to 2 s; a kernel in training up to 1.6 times its table, because
  /// clocks throttle under load and operands are cold.
  public static let all: [StackConstant] = [
    .overlap("tensor", \.overlap.tensor),
    .overlap("context", \.overlap.context),
    .overlap("expert", \.overlap.expert),
    .overlap("pipeline", \.overlap.pipeline),
    .overlap("gradient_reduction", \.overlap.gradientReduction),
    .overlap("parameter_gather", \.overlap.parameterGather),
    .overlap("fully_sharded", \.overlap.fullySharded),
    .host("per_layer", in: 1e-6...1e-3, \.host.perLayer),
    .host("per_expert_layer", in: 5e-6...3e-3, \.host.perExpertLayer),
    .host("per_local_expert", in: 5e-7...1e-3, \.host.perLocalExpert),
    .host("per_collective", in: 1e-6...1e-4, \.host.perCollective),
    .host("per_step", in: 1e-3...2, \.host.perStep),
    .factor("matrix_slowdown", in: 0.95...1.6, \.kernels.matrixSlowdown),
    .factor("attention_slowdown", in: 0.9...2, \.kernels.attentionSlowdown),
    .factor("elementwise_traffic", in: 0.8...2.5, \.kernels.elementwiseTraffic),
    .factor("exchange_slowdown", in: 0.7...3, spread: 0.25, \.kernels.exchangeSlowdown),
  ]
}
