import CostModel
import Hardware
import Parallelism
import Testing
import Units
import Workload

@testable import InputFiles

/// The two places that know a model's weights, the count and the lowered operations, agree.
@Suite("Shipped models, lowered")
struct ModelLoweringTests {
  static let ids = (try? shippedCatalog().models.ids) ?? []

  private func lowering(_ id: String) throws -> Lowering {
    let catalog = try shippedCatalog()
    let stack = try #require(catalog.stacks.load("megatron-core-2025")?.value)
    return Lowering(
      model: try #require(catalog.models.load(id)?.value), plan: ParallelPlan(data: 1),
      recipe: TrainingRecipe(
        tokens: .trillion, sequenceLength: 2048, globalBatch: 8, precision: .bf16),
      habits: stack.kernels)
  }

  private func weights(_ block: Block) -> Double { block.forward.reduce(0) { $0 + $1.weights } }

  // Operations hold no biases, hence the margin. GPT-3 has the most, 9.4 M or 0.005 %.
  @Test("on one rank the operations hold the weights that are counted", arguments: ids)
  func total(of id: String) throws {
    let lowered = try lowering(id)
    let model = lowered.model
    let dense = Double(model.layers - model.expertLayers)
    var held = weights(lowered.embedding()) + weights(lowered.head())
    if dense > 0 { held += dense * weights(lowered.denseLayer()) }
    if model.experts != nil {
      held += Double(model.expertLayers) * weights(lowered.expertLayer(load: 1))
    }
    let counted = Double(model.parameterCount.total)
    #expect(abs(held / counted - 1) < 1e-4, "\(held) against \(counted)")
  }

  @Test("a multi-token module's operations hold the weights that are counted", arguments: ids)
  func multiToken(of id: String) throws {
    let lowered = try lowering(id)
    let modules = lowered.model.multiTokenLayers
    guard modules > 0 else { return }
    let held = Double(modules) * weights(lowered.multiTokenLayer(load: 1))
    let counted = Double(lowered.model.parameterCount.multiToken)
    #expect(abs(held / counted - 1) < 1e-4, "\(held) against \(counted)")
  }

  @Test("there are models to hold these tests to")
  func models() { #expect(Self.ids.count >= 20) }
}
