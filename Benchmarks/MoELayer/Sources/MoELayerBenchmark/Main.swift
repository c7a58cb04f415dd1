import AllocationCounter
import CYardstick
import CostModel
import Foundation
import MoEKernel
import Numerics
import Units
import Workload

/// How near to one large matrix product does a whole layer with experts come on this machine?
///
/// 64 experts of 768, top-4, hidden 1,024, 4,096 tokens, forward and backward. The arguments
/// `tokens hidden experts topK width shared` change the shape. Products and steps take turns, so
/// that a change of the machine's clock meets both.
@main
struct MoELayerBenchmark {
  static let side: Int32 = 3072
  static let rounds = 7

  static func main() throws {
    let shape = try Shape(CommandLine.arguments.dropFirst().map { Int($0) ?? 0 })
    let team = WorkerTeam()
    let layer = try shape.layer(team: team)
    print("\(shape), \(team.count) workers, OpenBLAS kernels \(String(cString: yardstick_core()))")
    layer.forward()
    layer.backward()
    var yardsticks: [Double] = []
    var forward: [[ExecutedOperation]] = []
    var backward: [[ExecutedOperation]] = []
    var allocations = 0
    let others = OtherLoad()
    for _ in 0..<rounds {
      yardsticks.append(yardstick_product_seconds(side, Int32(team.count), 2))
      // The library's own threads look for work for a while before they sleep.
      usleep(100_000)
      let before = allocations_of_all_threads()
      layer.forward()
      layer.backward()
      allocations += allocations_of_all_threads() - before
      forward.append(layer.executedForward)
      backward.append(layer.executedBackward)
    }
    print(String(format: "others kept %.2f cores busy meanwhile", others.cores))
    let large = 2 * pow(Double(side), 3) / median(yardsticks)
    report("forward", forward, against: large)
    report("backward", backward, against: large)
    report("whole step", zip(forward, backward).map(+), against: large, parts: false)
    print(line("one product, side \(side)", median(yardsticks), large, large))
    print("allocations in \(rounds) steps: \(allocations)")
    if allocations != 0 { exit(1) }
  }

  static func report(
    _ name: String, _ runs: [[ExecutedOperation]], against large: Double, parts: Bool = true
  ) {
    if parts {
      for index in runs[0].indices {
        let operation = runs[0][index].operation
        let time = median(runs.map { $0[index].time.value })
        let rate = runs[0][index].work.value / time
        let label = "  \(operation.name.rawValue) \(operation.pass.rawValue)"
        let traffic = runs[0][index].traffic.value / time
        print(rate > 0 ? line(label, time, rate, large) : memoryLine(label, time, traffic))
      }
    }
    let totals = runs.map { $0.reduce(0) { $0 + $1.time.value } }
    let work = runs[0].reduce(0) { $0 + $1.work.value }
    print(line(name, median(totals), work / median(totals), large))
    let sorted = totals.sorted()
    print("  quartiles \(milliseconds(sorted[1])) to \(milliseconds(sorted[sorted.count - 2])) ms")
  }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  static func milliseconds(_ time: Double) -> String { String(format: "%.2f", 1000 * time) }

  static func line(_ label: String, _ time: Double, _ rate: Double, _ large: Double) -> String {
    label.padding(toLength: 32, withPad: " ", startingAt: 0)
      + String(
        format: "%9.2f ms %8.1f GFLOP/s %5.1f %%", 1000 * time, rate / 1e9, 100 * rate / large)
  }

  static func memoryLine(_ label: String, _ time: Double, _ rate: Double) -> String {
    label.padding(toLength: 32, withPad: " ", startingAt: 0)
      + String(format: "%9.2f ms %8.1f GB/s", 1000 * time, rate / 1e9)
  }
}

/// The shape of the layer that is measured.
struct Shape: CustomStringConvertible {
  var tokens = 4096
  var hidden = 1024
  var experts = ExpertLayer(count: 64, topK: 4, width: 768)

  init(_ numbers: [Int]) throws {
    if numbers.isEmpty { return }
    guard numbers.count == 6 else {
      throw Usage(description: "give none or six: tokens hidden experts topK width shared")
    }
    tokens = numbers[0]
    hidden = numbers[1]
    experts = ExpertLayer(
      count: numbers[2], topK: numbers[3], width: numbers[4], sharedWidth: numbers[5])
  }

  struct Usage: Error, CustomStringConvertible { var description: String }

  var description: String {
    "\(tokens) tokens of \(hidden), \(experts.topK) of \(experts.count) experts of "
      + "\(experts.width), shared \(experts.sharedWidth)"
  }

  func layer(team: WorkerTeam) throws -> MoELayer {
    let model = ModelArchitecture(
      id: "benchmark", name: "Benchmark", layers: 1, hidden: hidden, vocabulary: 1,
      tiedEmbeddings: false,
      attention: .grouped(GroupedQueryAttention(heads: 1, keyValueHeads: 1, headWidth: hidden)),
      feedForward: FeedForward(width: hidden, gated: true), experts: experts)
    let layer = try MoELayer(
      model: model, tokens: tokens, rule: RoutingRule(balanceLoss: 0.01, zLoss: 0.001), team: team)
    let random = RandomGenerator(seed: 1)
    layer.weights.draw(from: random, deviation: 0.02)
    layer.input.fill { Float(random.normal(mean: 0, deviation: 1)) }
    layer.outputGradient.fill { Float(random.normal(mean: 0, deviation: 1)) }
    return layer
  }
}
