import Foundation
import Numerics
import Testing
import TrainingRun

@Suite("Inputs that are not sure")
struct UncertaintyTests {
  @Test(
    "a distribution of zero width gives its value to the last bit",
    arguments: Distribution.Law.allCases)
  func zeroWidth(law: Distribution.Law) throws {
    for value in [27.5, 0.1, 3.6e-4] {
      let distribution = try #require(Distribution(law, value: value, from: value, to: value))
      for p in [1e-9, 0.05, 0.3, 0.5, 0.95, 1 - 1e-9] {
        #expect(distribution.quantile(p) == value)
      }
    }
    #expect(Distribution.empirical([27.5]).quantile(0.3) == 27.5)
  }

  @Test("bounds, medians and quantiles are those of the law")
  func quantiles() throws {
    let uniform = Distribution.uniform(from: 2, to: 4)
    #expect(uniform.quantile(0.25) == 2.5)
    // The triangle on 0, 1, 3: below the mode lies a third, x² / 3, above 1 − (3 − x)² / 6.
    let triangle = Distribution.triangular(from: 0, mode: 1, to: 3)
    #expect(abs(triangle.quantile(1.0 / 12) - 0.5) < 1e-12)
    #expect(abs(triangle.quantile(5.0 / 6) - 2) < 1e-12)
    // PERT around the middle is symmetric.
    let beta = Distribution.beta(from: 0, mode: 1, to: 2)
    #expect(abs(beta.quantile(0.5) - 1) < 1e-9)
    let normal = try #require(Distribution(.normal, value: 10, from: 8, to: 12))
    #expect(abs(normal.quantile(0.05) - 8) < 1e-9)
    let logNormal = try #require(Distribution(.lognormal, value: 4, from: 2, to: 8))
    #expect(abs(logNormal.quantile(0.95) - 8) < 1e-9)
    #expect(abs(Distribution.empirical([1, 2, 4]).quantile(0.75) - 3) < 1e-12)
  }

  @Test("a value outside its bounds, falling bounds and logarithms of nothing are refused")
  func refused() {
    for law in [Distribution.Law.triangular, .uniform, .beta] {
      #expect(Distribution(law, value: 5, from: 1, to: 4) == nil)
    }
    #expect(Distribution(.normal, value: 5, from: 6, to: 4) == nil)
    #expect(Distribution(.lognormal, value: 5, from: 0, to: 6) == nil)
  }

  @Test("a drawn value is read back to the same number")
  func text() throws {
    let input = UncertainInput(
      file: "a.yaml", key: "b", unit: " RMB/h", distribution: .uniform(from: 0, to: 1))
    for p in [0.1, 1.0 / 3, 0.7] {
      let value = input.distribution.quantile(p)
      let text = input.text(value)
      #expect(Double(text.dropLast(6)) == value)
    }
  }

  @Test("each sampling fills every input evenly", arguments: SamplePlan.Sampling.allCases)
  func sampling(sampling: SamplePlan.Sampling) {
    let plan = SamplePlan(draws: 512, sensitivityDraws: 0, sampling: sampling)
    let points = plan.points(dimensions: 6)
    for dimension in 0..<6 {
      let values = points.map { $0[dimension] }
      #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
      // A random mean of 512 is within 3 · 0.289 / 22.6 of a half, the others far nearer.
      let mean = values.reduce(0, +) / 512
      #expect(abs(mean - 0.5) < (sampling == .random ? 0.04 : 0.004))
    }
    #expect(plan.points(dimensions: 6) == points)
  }

  /// Ishigami's function, whose indices are known: sin x + 7 sin² y + 0.1 z⁴ sin x on −π ... π has
  /// first-order indices 0.314, 0.442, 0 and total ones 0.558, 0.442, 0.244
  /// (Saltelli et al., Global Sensitivity Analysis, 2008).
  @Test("Sobol's indices are those of a function whose indices are known")
  func ishigami() {
    let f = { (x: [Double]) in
      sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * x[2] * x[2] * x[2] * x[2] * sin(x[0])
    }
    let points = SamplePlan(draws: 4096, sensitivityDraws: 0).points(dimensions: 6)
      .map { $0.map { (2 * $0 - 1) * Double.pi } }
    let a = points.map { f(Array($0[0..<3])) }
    let b = points.map { f(Array($0[3..<6])) }
    let mixed = (0..<3).map { index in
      points.map { point in
        var x = Array(point[0..<3])
        x[index] = point[3 + index]
        return f(x)
      }
    }
    let indices = Sensitivity.indices(
      a: a, b: b, mixed: mixed, random: RandomGenerator(seed: 1))
    for (index, (first, total)) in [(0.314, 0.558), (0.442, 0.442), (0, 0.244)].enumerated() {
      #expect(abs(indices[index].firstOrder - first) < 0.03)
      #expect(abs(indices[index].total - total) < 0.03)
    }
  }

  @Test("a result that does not vary has no sensitive input")
  func constant() {
    let indices = Sensitivity.indices(
      a: [1, 1], b: [1, 1], mixed: [[1, 1]], random: RandomGenerator(seed: 1))
    #expect(indices[0].firstOrder == 0 && indices[0].total == 0)
    #expect(indices[0].firstOrderError == 0 && indices[0].totalError == 0)
  }

  @Test("the errors of the indices are those that other draws show, and shrink with their root")
  func errors() {
    // Of x + 2y with even inputs the indices are 0.2 and 0.8, first-order and total alike.
    func indices(draws: Int, seed: UInt64) -> Sensitivity {
      let plan = SamplePlan(draws: draws, sensitivityDraws: 0, sampling: .random, seed: seed)
      let points = plan.points(dimensions: 4)
      let f = { (x: Double, y: Double) in x + 2 * y }
      return Sensitivity.indices(
        a: points.map { f($0[0], $0[1]) }, b: points.map { f($0[2], $0[3]) },
        mixed: [points.map { f($0[0], $0[3]) }], random: RandomGenerator(seed: seed))[0]
    }
    let draws = (1...40).map { indices(draws: 64, seed: UInt64($0)) }
    let seen = standardDeviation(draws.map(\.total)) ?? 0
    let told = draws.map(\.totalError).reduce(0, +) / 40
    #expect(told / seen > 0.7 && told / seen < 1.4)
    let many = (1...4).map { indices(draws: 1024, seed: UInt64($0)).totalError }
    // Sixteen times the draws: a quarter of the error.
    #expect(abs(many.reduce(0, +) / 4 / told - 0.25) < 0.06)
  }
}
