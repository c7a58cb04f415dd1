import Parallelism
import Testing

@Suite("Where groups lie")
struct RankGroupTests {
  // 2 tensor · 4 data ranks per stage: data-parallel neighbours stand 2 apart, so a domain of 8
  // holds 4 of them.
  @Test("a domain holds as many ranks of a group as its stride leaves room for")
  func ranksPerDomain() {
    let plan = ParallelPlan(tensor: 2, pipeline: 2, data: 8)
    #expect(plan.gradientGroup == RankGroup(size: 8, stride: 2))
    #expect(plan.gradientGroup.ranksPerDomain(of: 8) == 4)
    #expect(plan.gradientGroup.domains(of: 8) == 2)
    #expect(plan.pipelineGroup.ranksPerDomain(of: 8) == 1)
  }

  @Test("expert ranks fold the ranks of a stage anew")
  func expertFold() {
    let plan = ParallelPlan(tensor: 4, data: 8, expert: 8, expertTensor: 2)
    #expect(plan.expertData == 2)
    #expect(plan.expertGroup == RankGroup(size: 8, stride: 2))
    #expect(plan.expertGradientGroup == RankGroup(size: 2, stride: 16))
  }

  @Test("a group that skips over whole domains has one rank in each")
  func sparseGroup() {
    #expect(RankGroup(size: 4, stride: 16).ranksPerDomain(of: 8) == 1)
    #expect(RankGroup(size: 4, stride: 16).domains(of: 8) == 4)
  }

  // Groups of 5 in domains of 8: ranks 5 to 9 straddle the border, in runs of 3 and 2, and over all
  // groups only runs of 1 are never cut.
  @Test("a group that straddles domains is never taken to be closer together than it is")
  func straddling() {
    #expect(RankGroup(size: 5, stride: 1).ranksPerDomain(of: 8) == 1)
    #expect(RankGroup(size: 12, stride: 1).ranksPerDomain(of: 8) == 4)
    #expect(RankGroup(size: 16, stride: 1).ranksPerDomain(of: 8) == 8)
  }
}
