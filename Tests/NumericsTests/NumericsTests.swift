import Foundation
import Numerics
import Testing

@Suite("Statistics")
struct StatisticsTests {
  @Test("a quantile interpolates between neighbours")
  func quantiles() {
    // Five values: position (n − 1) p = 4 · 0.9 = 3.6, so 4 + 0.6 · (10 − 4) = 7.6.
    let values = [10.0, 1, 3, 2, 4]
    #expect(abs((quantile(values, 0.9) ?? 0) - 7.6) < 1e-12)
    #expect(median(values) == 3)
    #expect(quantile(values, 0) == 1)
    #expect(quantile(values, 1) == 10)
  }

  @Test("infinite values lie beyond all others, and between one and a finite one all is infinite")
  func infiniteValues() {
    let values = [.infinity, 1, 2, Double.infinity, 3]
    #expect(quantile(values, 0.25) == 2 && quantile(values, 0.5) == 3)
    #expect(quantile(values, 0.51) == .infinity && quantile(values, 1) == .infinity)
    #expect(quantile([-.infinity, 0, 1], 0.2) == -.infinity)
    #expect(quantile([-.infinity, 0, 1], 0.5) == 0)
  }

  @Test("nothing has no quantile and no mean")
  func empty() {
    #expect(quantile([], 0.5) == nil)
    #expect(mean([]) == nil)
  }

  @Test("rank correlation sees order, not distance")
  func ranks() throws {
    let rising = try #require(rankCorrelation([1, 2, 3, 4], [1, 10, 100, 1000]))
    #expect(abs(rising - 1) < 1e-12)
    let falling = try #require(rankCorrelation([1, 2, 3, 4], [9, 7, 5, 1]))
    #expect(abs(falling + 1) < 1e-12)
    // Ranks 1 2 3 against 1 3 2: 1 − 6 · (0 + 1 + 1) / (3 · 8) = 0.5.
    let mixed = try #require(rankCorrelation([1, 2, 3], [1, 3, 2]))
    #expect(abs(mixed - 0.5) < 1e-12)
  }

  @Test("a constant list ranks nothing")
  func constant() {
    #expect(rankCorrelation([1, 1, 1], [1, 2, 3]) == nil)
    #expect(rankCorrelation([1], [1]) == nil)
  }
}

@Suite("Functions of one variable")
struct OneVariableTests {
  @Test("the root of a polynomial is found")
  func findsRoot() throws {
    let x = try root(of: { $0 * $0 * $0 - 8 }, from: 0, to: 5)
    #expect(abs(x - 2) < 1e-8)
  }

  @Test("bounds of one sign are refused with a sentence")
  func refusesBadBracket() {
    #expect(throws: NumericsError.self) { try root(of: { $0 * $0 + 1 }, from: -1, to: 1) }
    do {
      _ = try root(of: { $0 * $0 + 1 }, from: -1, to: 1)
    } catch {
      #expect("\(error)".hasPrefix("cannot find a root from -1.0 to 1.0: "))
    }
  }

  @Test("the minimum of a parabola is found")
  func findsMinimum() throws {
    let x = try minimum(of: { ($0 - 3) * ($0 - 3) }, from: 0, to: 10, guess: 1)
    #expect(abs(x - 3) < 1e-5)
  }
}

@Suite("Fits")
struct FitTests {
  /// y = a + b xᶜ at 1...40 with a small deterministic wobble, and one wild point where asked.
  private func residuals(
    wild: Bool
  ) -> (count: Int, fill: ([Double], inout [Double]) -> Void) {
    let xs = (1...40).map(Double.init)
    var ys = xs.map { 2 + 1.5 * pow($0, 0.7) + 0.01 * sin(7 * $0) }
    if wild { ys[20] += 50 }
    return (
      xs.count,
      { p, out in
        for index in xs.indices { out[index] = p[0] + p[1] * pow(xs[index], p[2]) - ys[index] }
      }
    )
  }

  @Test("a power law is found again")
  func findsPowerLaw() throws {
    let problem = residuals(wild: false)
    let found = try NonlinearFit(start: [1, 1, 1], count: problem.count).solve(problem.fill)
    #expect(abs(found[0] - 2) < 0.05 && abs(found[1] - 1.5) < 0.05 && abs(found[2] - 0.7) < 0.01)
  }

  @Test("one wild point does not bend a robust fit")
  func resistsOutlier() throws {
    let problem = residuals(wild: true)
    let plain = try NonlinearFit(start: [1, 1, 1], count: problem.count).solve(problem.fill)
    let robust = try NonlinearFit(start: [1, 1, 1], count: problem.count, outlierScale: 0.05)
      .solve(problem.fill)
    #expect(abs(plain[2] - 0.7) > 0.02)
    #expect(abs(robust[2] - 0.7) < 0.01)
  }

  @Test("a parameter that no data decide stays where it started")
  func priorHolds() throws {
    let fit = NonlinearFit(start: [0, 5], count: 3, priorWeight: 0.01)
    let found = try fit.solve { p, out in
      for index in 0..<3 { out[index] = p[0] - 2 }
    }
    #expect(abs(found[0] - 2) < 0.01)
    #expect(abs(found[1] - 5) < 1e-6)
  }

  @Test("residuals that are not numbers at the start are refused")
  func refusesNonFinite() {
    #expect(throws: NumericsError.self) {
      try NonlinearFit(start: [-1], count: 1).solve { p, out in out[0] = log(p[0]) }
    }
  }

  @Test("a fit that finds no minimum ends at the best point that it met")
  func noMinimum() throws {
    // exp(−x) falls for ever: there is no best x, and each step makes the residual smaller.
    let best = try NonlinearFit(start: [0], count: 1, tolerance: 1e-15).solve {
      $1[0] = exp(-$0[0])
    }
    #expect(best[0] > 1 && best[0].isFinite)
  }

  @Test("a positive definite system is solved, another is refused")
  func solvesLinear() throws {
    // 4 x + 2 y = 10 and 2 x + 3 y = 11: x = 1, y = 3.
    let x = try solvePositiveDefinite([[4, 2], [2, 3]], [10, 11])
    #expect(abs(x[0] - 1) < 1e-12 && abs(x[1] - 3) < 1e-12)
    #expect(throws: NumericsError.self) { try solvePositiveDefinite([[1, 2], [2, 1]], [1, 1]) }
  }
}

@Suite("Histograms")
struct HistogramTests {
  @Test("counts below the limit are told to the unit, and those beyond to a thousandth")
  func counts() throws {
    let histogram = Histogram(counts: 1000)
    for _ in 0..<100 { histogram.add(0) }
    #expect(try #require(histogram.quantile(0.05)).rounded() == 0)
    for count in 1...200 { histogram.add(Double(500 + count)) }
    // Of 300 values the 250th is 650.
    #expect(abs(try #require(histogram.quantile(249.5 / 300)) - 650) < 1e-9)
    let large = Histogram(counts: 1000)
    for value in [70_000.0, 236_512, 9e6] {
      large.add(value)
      large.add(value)
    }
    #expect(abs(try #require(large.quantile(0.5)) / 236_512 - 1) < 1.1e-3)
    // What is too much to count is in the last bin.
    large.add(1e15)
    #expect(try #require(large.quantile(0.99)) > 1e11)
  }
}

@Suite("Random numbers")
struct RandomGeneratorTests {
  @Test("the same seed draws the same numbers, another seed others")
  func repeats() {
    let a = RandomGenerator(seed: 7)
    let b = RandomGenerator(seed: 7)
    let c = RandomGenerator(seed: 8)
    let first = (0..<5).map { _ in a.uniform() }
    #expect(first == (0..<5).map { _ in b.uniform() })
    #expect(first != (0..<5).map { _ in c.uniform() })
  }

  @Test("Dirichlet shares sum to one; a large concentration is even")
  func dirichlet() {
    let random = RandomGenerator(seed: 1)
    let uneven = random.dirichlet(count: 64, concentration: 0.5)
    let even = random.dirichlet(count: 64, concentration: 1e6)
    #expect(abs(uneven.reduce(0, +) - 1) < 1e-9)
    #expect(uneven.max() ?? 0 > 3.0 / 64)
    #expect(even.allSatisfy { abs($0 * 64 - 1) < 0.01 })
  }

  @Test("a multinomial draw places every trial")
  func multinomial() {
    let counts = RandomGenerator(seed: 3).multinomial(trials: 1000, shares: [0.5, 0.3, 0.2])
    #expect(counts.reduce(0, +) == 1000)
    #expect(counts[0] > counts[2])
  }

  @Test("half of the log-normal draws lie below the median")
  func logNormal() {
    let random = RandomGenerator(seed: 5)
    let below = (0..<4000).count { _ in random.logNormal(median: 3, deviation: 0.4) < 3 }
    #expect(abs(below - 2000) < 150)
  }
}

@Suite("A gamma variable moved along its axis")
struct ShiftedGammaTests {
  // Shape 4 and scale 1/2, moved by 3: mean 5, variance 1, third moment 2 · 4 / 8 = 1.
  @Test("it has the probabilities of the gamma variable, and its quantiles undo them")
  func probabilities() {
    let moved = ShiftedGamma(mean: 5, variance: 1, third: 1)
    for value in [3.5, 5, 7.25] {
      let expected = gammaProbability(below: (value - 3) * 2, shape: 4)
      #expect(abs(moved.probability(below: value) - expected) < 1e-12)
      #expect(abs(moved.quantile(expected) - value) < 1e-9)
    }
    #expect(moved.probability(below: 2.9) == 0)
  }

  @Test("without skewness it is normal, without variance a number")
  func limits() {
    let normal = ShiftedGamma(mean: 1, variance: 4, third: 0)
    #expect(abs(normal.probability(below: 3) - NormalDistribution.probability(below: 1)) < 1e-15)
    #expect(abs(normal.quantile(0.5) - 1) < 1e-12)
    let number = ShiftedGamma(mean: 1, variance: 0, third: 0)
    #expect(number.expectedLargest(of: 5, orAtLeast: 0) == 1)
    #expect(number.expectedLargest(of: 5, orAtLeast: 2) == 2)
  }

  // Exponential variables are gamma variables of shape 1: the largest of three has the mean 1 + 1/2 + 1/3. Two
  // standard normal ones have 1 / √π, and one and 0 have 1 / √(2 π).
  @Test("the expected largest of some, by hand")
  func largest() {
    let exponential = ShiftedGamma(mean: 1, variance: 1, third: 2)
    #expect(abs(exponential.expectedLargest(of: 3, orAtLeast: 0) - 11.0 / 6) < 2e-3)
    let normal = ShiftedGamma(mean: 0, variance: 1, third: 0)
    #expect(abs(normal.expectedLargest(of: 2, orAtLeast: -10) - 1 / Double.pi.squareRoot()) < 2e-3)
    let one = 1 / (2 * Double.pi).squareRoot()
    #expect(abs(normal.expectedLargest(of: 1, orAtLeast: 0) - one) < 1e-3)
    #expect(normal.expectedLargest(of: 9, orAtLeast: 1, atMost: 1) == 1)
  }
}
