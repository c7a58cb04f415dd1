import Testing

@testable import Planner

@Suite("The split of a run over pools that take turns")
struct PhaseSplitTests {
  private func pool(
    _ cost: Double, _ time: Double, most: Double = .infinity
  ) -> PhaseSplit.Pool {
    PhaseSplit.Pool(cost: cost, time: time, most: most)
  }

  @Test("without a deadline the cheapest pool does what it may, then the next")
  func cheapest() {
    let split = PhaseSplit(pools: [pool(3, 1), pool(1, 4, most: 5), pool(2, 2)])
    #expect(split.tokens(9) == [0, 5, 4])
  }

  @Test("a deadline is met exactly, by as many tokens on the quicker pool as it takes")
  func deadline() throws {
    // 10 tokens in 22: x on the pool of 1 a token, 10 − x on that of 4: x + 4 (10 − x) = 22, x = 6.
    let split = PhaseSplit(pools: [pool(3, 1), pool(1, 4)])
    let tokens = try #require(split.tokens(10, within: 22))
    #expect(abs(tokens[0] - 6) < 1e-9 && abs(tokens[1] - 4) < 1e-9)
  }

  @Test("what cannot be done in time, or not at all, has no split")
  func impossible() {
    let split = PhaseSplit(pools: [pool(3, 1, most: 4), pool(1, 4, most: 5)])
    #expect(split.tokens(10) == nil)
    #expect(split.tokens(9, within: 23) == nil)
    #expect(split.tokens(9, within: 24) == [4, 5])
  }

  @Test("no split on a fine grid is cheaper")
  func grid() throws {
    let pools = [
      pool(3, 1, most: 8), pool(1.5, 4), pool(2, 2, most: 5), pool(2.4, 1.4, most: 2),
    ]
    let split = PhaseSplit(pools: pools)
    for limit in [15.0, 18, 25, 33, 60] {
      let best = try #require(split.tokens(12, within: limit))
      #expect(split.time(best) <= limit * (1 + 1e-12))
      #expect(abs(best.reduce(0, +) - 12) < 1e-9)
      let steps = 24
      for a in 0...steps {
        for b in 0...steps - a {
          for c in 0...steps - a - b {
            let tokens = [a, b, c, steps - a - b - c].map { 12 * Double($0) / Double(steps) }
            let isAllowed =
              zip(tokens, pools).allSatisfy { $0 <= $1.most } && split.time(tokens) <= limit
            if isAllowed { #expect(split.cost(tokens) >= split.cost(best) - 1e-9) }
          }
        }
      }
    }
  }
}
