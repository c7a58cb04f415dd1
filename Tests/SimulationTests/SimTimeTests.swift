import Simulation
import Testing

@Suite("Simulated time")
struct SimTimeTests {
  @Test(
    "an amount is rounded to the nearest nanosecond, a half to the even one",
    arguments: [(0.4e-9, 0), (0.6e-9, 1), (2.5e-9, 2), (3.5e-9, 4), (1, 1_000_000_000)])
  func rounding(seconds: Double, nanoseconds: UInt64) {
    #expect(SimDuration(seconds: seconds).nanoseconds == nanoseconds)
  }

  @Test("instants and amounts add up")
  func arithmetic() {
    let start = SimTime(nanoseconds: 40)
    let end = start + SimDuration(nanoseconds: 60)
    #expect(end == SimTime(nanoseconds: 100))
    #expect(end - start == SimDuration(nanoseconds: 60))
    #expect(SimDuration(nanoseconds: 2_500_000_000).seconds == 2.5)
  }
}
