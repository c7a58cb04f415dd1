import Foundation
import Testing

@testable import MoEKernel

@Suite("Arithmetic on rows")
struct ArithmeticTests {
  @Test("the exponential is true to two units in the last place")
  func exponentials() {
    for step in -8700...8800 {
      let x = Float(step) / 100
      let truth = exp(Double(x))
      let found = exponential(Lanes(repeating: x))[3]
      #expect(abs(Double(found) - truth) <= 2 * Double(Float(truth).ulp), "e^\(x)")
    }
  }

  @Test("the exponential is clamped outside its range and keeps what is no number")
  func exponentialEnds() {
    let ends = exponential(Lanes(-.infinity, -1000, 1000, .infinity, .nan, 0, -0.0, 1))
    #expect(ends[0] == ends[1] && ends[0] > 0 && ends[0] < 1e-37)
    #expect(ends[2] == ends[3] && ends[3].isFinite && ends[3] > 1e38)
    #expect(ends[4].isNaN)
    #expect(ends[5] == 1 && ends[6] == 1)
  }

  @Test(
    "a sigmoid and that of the opposite add up to 1", arguments: [0, 0.3, 4, 20, 90] as [Float])
  func sigmoids(x: Float) {
    let sum = sigmoid(Lanes(repeating: x))[0] + sigmoid(Lanes(repeating: -x))[0]
    #expect(abs(sum - 1) < 1e-6)
  }

  @Test("a row of any length is covered, and nothing beyond it", arguments: 0...17)
  func stretches(count: Int) {
    let row = Tensor(rows: 1, columns: 20)
    row.fill { 7 }
    let start = row.matrix[0]
    forEachStretch(count) { start[$0] = start[$0] + 1 }
    #expect(
      row.values == Array(repeating: 8, count: count) + Array(repeating: 7, count: 20 - count))
    #expect(innerProduct(start, start, count: count) == 64 * Float(count))
  }
}
