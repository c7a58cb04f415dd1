import Foundation
import MoEKernel
import Workload

/// The same layer as written in a paper: one token after another, in double precision, no tables.
struct ReferenceLayer {
  let hidden: Int
  let tokens: Int
  let experts: ExpertLayer
  let rule: RoutingRule
  let bias: [Double]

  /// Every number that a gradient can be taken by, row-major as in the kernel's tensors.
  struct Parameters {
    var input: [Double]
    /// Gain, router, gate and up, down, shared gate and up, shared down.
    var weights: [[Double]]
  }

  struct Result {
    var output: [Double] = []
    var balanceLoss = 0.0
    var zLoss = 0.0
    var loads: [Int] = []
    var rows: [Int] = []
    var choices: [[Int]] = []
    /// The least distance of any score that was chosen from one that was not.
    var closestCall = Double.infinity
  }

  func run(_ parameters: Parameters) -> Result {
    var result = Result()
    result.loads = Array(repeating: 0, count: experts.count)
    result.rows = result.loads
    var shares = Array(repeating: 0.0, count: experts.count)
    for token in 0..<tokens {
      let x = Array(parameters.input[token * hidden..<(token + 1) * hidden])
      let y = normed(x, gain: parameters.weights[0])
      let logits = product(y, parameters.weights[1][...], columns: experts.count)
      let scores = score(logits)
      let choice = choose(scores, &result.closestCall)
      result.choices.append(choice)
      let sum = choice.reduce(0) { $0 + scores[$1] }
      var output = x
      for expert in choice {
        result.loads[expert] += 1
        guard result.rows[expert] < rule.capacity(tokens: tokens, experts: experts) else {
          continue
        }
        result.rows[expert] += 1
        let weight = Double(rule.scale) * scores[expert] / (rule.normalizes ? sum : 1)
        let gateUp = slice(parameters.weights[2], expert, hidden * 2 * experts.width)
        let down = slice(parameters.weights[3], expert, experts.width * hidden)
        let change = network(y, gateUp, down, width: experts.width)
        for index in 0..<hidden { output[index] += weight * change[index] }
      }
      if experts.sharedWidth > 0 {
        let change = network(
          y, parameters.weights[4][...], parameters.weights[5][...], width: experts.sharedWidth)
        for index in 0..<hidden { output[index] += change[index] }
      }
      result.output += output
      let total = scores.reduce(0, +)
      for expert in 0..<experts.count { shares[expert] += scores[expert] / total }
      let logSum = log(logits.reduce(0) { $0 + exp($1) })
      result.zLoss += Double(rule.zLoss) * logSum * logSum / Double(tokens)
    }
    for expert in 0..<experts.count {
      let load = Double(result.loads[expert]) / Double(tokens * experts.topK)
      result.balanceLoss +=
        Double(rule.balanceLoss) * Double(experts.count) * load * shares[expert] / Double(tokens)
    }
    return result
  }

  private func normed(_ x: [Double], gain: [Double]) -> [Double] {
    let root = (x.reduce(0) { $0 + $1 * $1 } / Double(hidden) + 1e-6).squareRoot()
    return zip(x, gain).map { $0 / root * $1 }
  }

  private func score(_ logits: [Double]) -> [Double] {
    switch rule.score {
    case .sigmoid: return logits.map { 1 / (1 + exp(-$0)) }
    case .softmax:
      let sum = logits.reduce(0) { $0 + exp($1) }
      return logits.map { exp($0) / sum }
    }
  }

  private func choose(_ scores: [Double], _ closestCall: inout Double) -> [Int] {
    let candidates = zip(scores, bias).map(+)
    let size = experts.count / rule.groups
    let ranks = (0..<rule.groups).map { group in
      let best = candidates[group * size..<(group + 1) * size].sorted(by: >)
      return rule.groupRank == .best ? best[0] : best.prefix(2).reduce(0, +)
    }
    let groups = best(ranks, experts.groupLimit ?? rule.groups, &closestCall)
    let eligible = (0..<experts.count).filter { groups.contains($0 / size) }
    let chosen = best(eligible.map { candidates[$0] }, experts.topK, &closestCall)
    return chosen.map { eligible[$0] }
  }

  private func best(_ values: [Double], _ count: Int, _ closestCall: inout Double) -> [Int] {
    let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
    if count < values.count {
      closestCall = min(closestCall, values[order[count - 1]] - values[order[count]])
    }
    return Array(order.prefix(count))
  }

  private func network(
    _ x: [Double], _ gateUp: ArraySlice<Double>, _ down: ArraySlice<Double>, width: Int
  ) -> [Double] {
    let branches = product(x, gateUp, columns: 2 * width)
    let inner = (0..<width).map { index in
      branches[index] / (1 + exp(-branches[index])) * branches[width + index]
    }
    return product(inner, down, columns: hidden)
  }

  private func product(_ x: [Double], _ weights: ArraySlice<Double>, columns: Int) -> [Double] {
    var result = Array(repeating: 0.0, count: columns)
    for (row, value) in x.enumerated() {
      for column in 0..<columns {
        result[column] += value * weights[weights.startIndex + row * columns + column]
      }
    }
    return result
  }

  private func slice(_ all: [Double], _ index: Int, _ size: Int) -> ArraySlice<Double> {
    all[index * size..<(index + 1) * size]
  }
}
