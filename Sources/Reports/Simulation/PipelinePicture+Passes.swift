import Parallelism
import Simulation

/// The rows of the picture: boxes of passes, or the shares of time that they take.
extension PipelinePicture {
  /// Of passes that run together the forward one has the upper half of the row.
  var passes: String {
    step.passes.map { pass in
      let isForward = pass.pass.direction == .forward
      let height = pass.isPaired ? row / 2 : row
      let top = y(pass.stage) + (pass.isPaired && !isForward ? row / 2 : 0)
      let from = x(pass.start)
      let wide = x(pass.end) - from
      let style = Self.style(pass.pass.direction)
      // A thin gap between neighbours, where there is room for one.
      let air = min(0.6, wide / 5)
      let label =
        "\(pass.pass.direction.name) of micro-batch \(pass.pass.microBatch), chunk "
        + "\(pass.pass.chunk), \(milliseconds(pass.start)) to \(milliseconds(pass.end)) ms"
      var box =
        "<rect class=\"\(style)\" x=\"\(number(from + air / 2))\" y=\"\(number(top))\" "
        + "width=\"\(number(max(0.2, wide - air)))\" height=\"\(number(height - (pass.isPaired ? 0.5 : 0)))\">"
        + "<title>\(label)</title></rect>"
      let digits = "\(pass.pass.microBatch)"
      if height >= 20, wide > 6 + 6 * Double(digits.count) {
        box +=
          "<text x=\"\(number(from + wide / 2))\" y=\"\(number(top + height / 2 + 3.5))\" "
          + "font-size=\"10\" fill=\"#fff\" text-anchor=\"middle\" pointer-events=\"none\">\(digits)</text>"
      }
      return box
    }.joined(separator: "\n")
  }

  var updates: String {
    step.updates.map { span in
      let name =
        switch span.activity {
        case .reduction: "gradients summed"
        case .optimizer: "optimizer"
        case .gather: "weights gathered"
        case .segment, .send: preconditionFailure("a pass is no update")
        }
      return
        "<rect class=\"update\" x=\"\(number(x(span.start)))\" y=\"\(number(y(span.stage)))\" "
        + "width=\"\(number(max(0.4, x(span.end) - x(span.start))))\" height=\"\(number(row))\">"
        + "<title>\(name), \(milliseconds(span.start)) to \(milliseconds(span.end)) ms</title></rect>"
    }.joined(separator: "\n")
  }

  private func milliseconds(_ time: SimTime) -> String {
    fixed(Double(time.nanoseconds) / 1e6, decimals: 3)
  }

  /// By stage and direction, a bar for each column of time: forward passes above, the others beneath them,
  /// and nothing where the stage stands idle.
  var shares: String {
    step.shares.indices.flatMap { stage -> [String] in
      var above = Array(repeating: 0.0, count: step.columns)
      return PipelinePass.Direction.allCases.compactMap { direction in
        let shares = step.shares[stage][Int(direction.rawValue)]
        defer { for column in shares.indices { above[column] += shares[column] } }
        guard step.directions.contains(direction) else { return nil }
        let time = shares.reduce(0, +) / Double(step.columns)
        return
          "<path class=\"\(Self.style(direction))\" d=\"\(bars(shares, stage, beneath: above))\">"
          + "<title>\(direction.name), \(fixed(100 * time, decimals: 1)) % of the time of stage "
          + "\(stage)</title></path>"
      }
    }.joined(separator: "\n")
  }

  private func bars(_ shares: [Double], _ stage: Int, beneath above: [Double]) -> String {
    shares.indices.filter { shares[$0] > 0 }.map { column in
      let from = number(Self.left + 2 * Double(column))
      let top = number(y(stage) + row * above[column])
      return "M\(from) \(top)h2v\(number(row * shares[column]))h-2z"
    }.joined()
  }

  private static func style(_ direction: PipelinePass.Direction) -> String {
    switch direction {
    case .forward: "forward"
    case .backward: "backward"
    case .inputGradient: "input"
    case .weightGradient: "weight"
    }
  }
}
