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

  @Test(
    "of a lopsided normal or log-normal law the bounds are the 5 and 95 % quantiles, the value the median",
    arguments: [Distribution.Law.normal, .lognormal])
  func lopsided(law: Distribution.Law) throws {
    let distribution = try #require(Distribution(law, value: 1, from: 0.95, to: 1.3))
    for (p, value) in [(0.05, 0.95), (0.5, 1), (0.95, 1.3)] {
      #expect(abs(distribution.quantile(p) - value) < 1e-12)
    }
  }

  @Test("a law without bounds is cut off where its key ends, and keeps its shape inside")
  func cutOff() throws {
    // Standard deviations of 1 around 1: of what lies above 0, 0.841 in all, the half below the draw of
    // p = 0.5 ends where 0.159 + 0.841 / 2 = 0.579 of the whole lies below: at 1 + 0.2002.
    let normal = Distribution.normal(median: 1, below: 1, above: 1)
    #expect(abs(normal.quantile(0.5, within: 0 ... .infinity) - 1.2002) < 1e-4)
    for p in [1e-9, 0.3, 1 - 1e-9] {
      #expect((0.5...1.5).contains(normal.quantile(p, within: 0.5...1.5)))
      #expect(normal.quantile(p, within: -1e9...1e9) == normal.quantile(p))
    }
    let logNormal = Distribution.logNormal(median: 30, below: 1, above: 2)
    #expect(logNormal.quantile(1 - 1e-9, within: 0...100) <= 100)
    // Of no width at the end of its key.
    let still = Distribution.normal(median: 0, below: 0, above: 0)
    #expect(still.quantile(0.7, within: 0 ... .infinity) == 0)
  }

  @Test("what is counted is drawn in whole numbers, and zero width is the number")
  func whole() {
    var input = UncertainInput(
      file: "a.yaml", key: "b", unit: "", distribution: .uniform(from: 0, to: 20), limits: 0...1000,
      isWhole: true)
    // 0.37 · 20 = 7.4.
    #expect(input.value(at: 0.37) == 7 && input.text(7) == "7")
    input.distribution = .triangular(from: 8, mode: 8, to: 8)
    #expect(input.value(at: 0.37) == 8)
  }

  @Test("a value outside its bounds, falling bounds and logarithms of nothing are refused")
  func refused() {
    for law in Distribution.Law.allCases {
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

  @Test("of more inputs than a sequence has dimensions, spread and indices are as true as of few")
  func manyInputs() {
    // 3 x + the sum of 29 others, all even on 0 ... 1: a variance of (9 + 29) / 12, of which x makes 9 / 38.
    let count = 30
    let plan = SamplePlan(draws: 256, sensitivityDraws: 128)
    let points = plan.points(dimensions: 2 * count)
    for dimension in points[0].indices {
      let mean = points.reduce(0) { $0 + $1[dimension] } / 256
      #expect(abs(mean - 0.5) < 0.006)
    }
    let f = { (x: [Double]) in x.reduce(2 * x[0], +) }
    let rows = points[0..<plan.sensitivityDraws].map { (Array($0[0..<count]), Array($0[count...])) }
    let (a, b) = (rows.map { f($0.0) }, rows.map { f($0.1) })
    for results in [a, b] {
      #expect(abs((standardDeviation(results) ?? 0) / 1.7795 - 1) < 0.15)
    }
    let indices = Sensitivity.indices(
      a: a, b: b,
      mixed: (0..<count).map { input in
        rows.map { a, b in f(a) + (input == 0 ? 3 : 1) * (b[input] - a[input]) }
      }, random: RandomGenerator(seed: 1))
    #expect(abs(indices[0].firstOrder - 9.0 / 38) < 0.08)
    #expect(abs(indices[0].total - 9.0 / 38) < 0.08)
    #expect(abs(indices.reduce(0) { $0 + $1.firstOrder } - 1) < 0.25)
    #expect(indices.dropFirst().allSatisfy { abs($0.total - 1.0 / 38) < 0.02 })
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
