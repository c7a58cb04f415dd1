import Foundation
import Numerics

/// Points that cover a box of shapes evenly: along each axis every one of `count` equal intervals
/// holds one point, in an order drawn for each axis.
///
/// Source: McKay, Beckman and Conover 1979, doi:10.2307/1268522.
struct LatinHypercube {
  private let count: Int
  private let random: RandomGenerator

  init(count: Int, random: RandomGenerator) {
    self.count = count
    self.random = random
  }

  /// The coordinates along one axis, one for each point, from 0 up to 1.
  func axis() -> [Double] {
    var random: any RandomNumberGenerator = random
    let order = (0..<count).shuffled(using: &random)
    return order.map { (Double($0) + self.random.uniform()) / Double(count) }
  }

  /// Sizes between two ends, spread evenly in their logarithm and rounded to a multiple.
  func sizes(_ range: ClosedRange<Int>, multipleOf step: Int) -> [Int] {
    let ratio = Double(range.upperBound) / Double(range.lowerBound)
    return axis().map { place in
      let size = Double(range.lowerBound) * pow(ratio, place)
      return max(step, Int((size / Double(step)).rounded()) * step)
    }
  }

  /// Members of a list, each as often as any other.
  func choices(_ list: [Int]) -> [Int] {
    axis().map { list[min(list.count - 1, Int($0 * Double(list.count)))] }
  }
}
