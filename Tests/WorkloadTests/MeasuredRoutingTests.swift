import Testing
import Workload

@Suite("Routing as it was measured")
struct MeasuredRoutingTests {
  // (30, 10): deviation ÷ mean is ½, its square ¼, of which chance gives (2 − 1) / 40.
  // (20, 20): 0, less the same. The mean of 0.225 and −0.025 is 0.1.
  @Test("the variation is that of the loads beyond what chance gives")
  func variation() {
    let routing = MeasuredRouting(loads: [[30, 10], [20, 20]])
    #expect(abs(routing.variation - 0.1.squareRoot()) < 1e-12)
  }

  @Test("loads that are more even than chance have no variation")
  func even() {
    #expect(MeasuredRouting(loads: [[20, 20, 20]]).variation == 0)
  }
}
