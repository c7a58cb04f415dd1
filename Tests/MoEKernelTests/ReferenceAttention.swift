import Foundation
import MoEKernel
import Workload

/// The attention block as written in a paper: one query after another, in double precision.
struct ReferenceAttention {
  let hidden: Int
  let batch: Int
  let sequenceLength: Int
  let attention: GroupedQueryAttention

  /// Input, then gain, projection of queries, keys and values, and output projection; row-major.
  typealias Parameters = [[Double]]

  func run(_ parameters: Parameters) -> [Double] {
    let width = attention.headWidth
    let columns = (attention.heads + 2 * attention.keyValueHeads) * width
    var output = parameters[0]
    for sequence in 0..<batch {
      var rows: [[Double]] = []
      for position in 0..<sequenceLength {
        let start = (sequence * sequenceLength + position) * hidden
        let x = Array(parameters[0][start..<start + hidden])
        var row = product(normed(x, parameters[1]), parameters[2], columns: columns)
        for head in 0..<attention.heads + attention.keyValueHeads {
          turn(&row, head * width, position)
        }
        rows.append(row)
      }
      for position in 0..<sequenceLength {
        let attended = (0..<attention.heads).flatMap { attend(rows, position, head: $0) }
        let change = product(attended, parameters[3], columns: hidden)
        let start = (sequence * sequenceLength + position) * hidden
        for index in 0..<hidden { output[start + index] += change[index] }
      }
    }
    return output
  }

  private func attend(_ rows: [[Double]], _ position: Int, head: Int) -> [Double] {
    let width = attention.headWidth
    let group = head / (attention.heads / attention.keyValueHeads)
    let keyStart = (attention.heads + group) * width
    let valueStart = (attention.heads + attention.keyValueHeads + group) * width
    let scores = (0...position).map { key in
      (0..<width).reduce(0.0) { sum, index in
        sum + rows[position][head * width + index] * rows[key][keyStart + index]
      } / Double(width).squareRoot()
    }
    let total = scores.reduce(0) { $0 + exp($1) }
    return (0..<width).map { index in
      (0...position).reduce(0.0) { sum, key in
        sum + exp(scores[key]) / total * rows[key][valueStart + index]
      }
    }
  }

  private func turn(_ row: inout [Double], _ start: Int, _ position: Int) {
    let width = attention.headWidth
    for pair in 0..<width / 2 {
      let angle = Double(position) * pow(10_000, -2 * Double(pair) / Double(width))
      let (a, b) = (row[start + pair], row[start + pair + width / 2])
      row[start + pair] = a * cos(angle) - b * sin(angle)
      row[start + pair + width / 2] = b * cos(angle) + a * sin(angle)
    }
  }

  private func normed(_ x: [Double], _ gain: [Double]) -> [Double] {
    let root = (x.reduce(0) { $0 + $1 * $1 } / Double(hidden) + 1e-6).squareRoot()
    return zip(x, gain).map { $0 / root * $1 }
  }

  private func product(_ x: [Double], _ weights: [Double], columns: Int) -> [Double] {
    (0..<columns).map { column in
      x.indices.reduce(0.0) { $0 + x[$1] * weights[$1 * columns + column] }
    }
  }
}
