import Fixtures
import Hardware
import Testing
import Units
import Workload

@testable import CostModel

@Suite("The host's time for experts")
struct HostExpertsTests {
  /// 16 experts on 4 ranks, 30 us for each, and nothing else: the device takes no time.
  private func microseconds(
    _ precision: TrainingPrecision, grouped: Bool = true, groupedCasts: Bool = false
  ) -> Double {
    var stack = IdealFleet.stack
    stack.host.perLocalExpert.value = 30 * .microsecond
    stack.kernels.groupedExperts = grouped
    stack.kernels.groupedCasts = groupedCasts
    let recipe = TrainingRecipe(
      tokens: Tokens(1), sequenceLength: 1, globalBatch: 1, precision: precision)
    let host = HostExperts(
      SmallModels.experts.experts, ranks: 4, recipe: recipe, stack: stack)
    return host.exposed(passes: 1, beside: BlockCost()) / .microsecond
  }

  @Test("a scale for a block is cast in one launch, one for a tensor in three, none for BF16")
  func casts() {
    // 4 experts here · 30 us.
    #expect(abs(microseconds(.fp8) - 120) < 1e-9)
    #expect(abs(microseconds(.fp8Block) - 40) < 1e-9)
    #expect(abs(microseconds(.fp4Block) - 40) < 1e-9)
    #expect(microseconds(.bf16) == 0)
  }

  @Test("one cast for all experts costs the host nothing an expert")
  func groupedCasts() {
    #expect(microseconds(.fp8Block, groupedCasts: true) == 0)
  }

  @Test("experts whose products are launched one by one cost the same in any format")
  func launches() {
    for precision in [TrainingPrecision.bf16, .fp8, .fp8Block] {
      #expect(abs(microseconds(precision, grouped: false) - 120) < 1e-9)
    }
  }
}
