import CostModel
import Hardware
import Parallelism
import Planner
import Simulation
import Units
import Workload

/// The pipeline of a simulated step as a picture: a row for each stage, time to the right, a box for
/// each pass, and beneath it the fullest stage's memory.
struct PipelinePicture {
  private let study: StepStudy
  private let timeline: StepTimeline
  private let width = 1200.0
  private let left = 76.0
  private let right = 24.0
  private let top = 112.0
  private let row: Double
  private let gap = 3.0

  init(_ study: StepStudy) {
    self.study = study
    timeline = study.timeline
    row = timeline.stages > 24 ? 12 : 22
  }

  var svg: String {
    let rowsEnd = top + Double(timeline.stages) * (row + gap)
    let memoryTop = rowsEnd + 64
    let height = memoryTop + 130
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
      font-family="system-ui, 'Segoe UI', 'Helvetica Neue', sans-serif" role="img" \
      aria-label="Pipeline of one step">
      <style>
      .bg { fill: #ffffff } .lane { fill: #f2f3f5 } .ink { fill: #20242b } .soft { fill: #68707c }
      .rule { stroke: #d9dce1; stroke-width: 1 }
      .forward { fill: #3b76c4 } .backward { fill: #e08a2c } .input { fill: #e08a2c }
      .weight { fill: #6fae7a } .update { fill: #8a63b8 } .mem { fill: #3b76c4; opacity: .25 }
      .memline { fill: none; stroke: #3b76c4; stroke-width: 1.5 }
      .limit { stroke: #c0392b; stroke-width: 1; stroke-dasharray: 5 4 }
      </style>
      <rect class="bg" width="100%" height="100%"/>
      \(heading)
      \(legend)
      \(lanes)
      \(axis(at: rowsEnd))
      \(passes)
      \(updates)
      \(memory(from: memoryTop))
      </svg>

      """
  }

  /// The whole step with a little air behind it.
  private var span: Double { max(1, Double(timeline.end.nanoseconds)) }

  private func x(_ time: SimTime) -> Double {
    left + Double(time.nanoseconds) / span * (width - left - right)
  }

  private func y(_ stage: Int) -> Double { top + Double(stage) * (row + gap) }

  private func number(_ value: Double) -> String { fixed(value, decimals: 2) }

  private var heading: String {
    let step = study.estimate
    let time = fixed(step.stepTime.value, decimals: 3)
    let bubble = fixed(100 * (step.breakdown[.bubble] / step.stepTime), decimals: 1)
    let use = fixed(100 * step.modelUtilization, decimals: 1)
    return text(
      "\(study.model.name) on \(study.fleet.size) × \(study.fleet.name)", left, 34, size: 19,
      weight: 600)
      + "\n"
      + text(
        "\(step.plan.summary)   ·   step \(time) s   ·   bubble \(bubble) %   ·   MFU \(use) %",
        left, 56, size: 13, style: "soft")
  }

  private var legend: String {
    let directions = Set(timeline.passes.map(\.pass.direction))
    let isSplit = directions.contains(.weightGradient)
    var items = [("forward", "forward")]
    items.append(("backward", isSplit ? "backward, or gradients of inputs" : "backward"))
    if isSplit { items.append(("weight", "gradients of weights")) }
    items.append(("update", "gradients summed, optimizer, weights gathered"))
    var place = left
    return items.map { style, words in
      let item =
        "<rect class=\"\(style)\" x=\"\(number(place))\" y=\"74\" width=\"14\" height=\"14\" "
        + "rx=\"2\"/>" + text(words, place + 20, 86, size: 12)
      place += 44 + 6.6 * Double(words.count)
      return item
    }.joined(separator: "\n")
  }

  private var lanes: String {
    (0..<timeline.stages).map { stage in
      "<rect class=\"lane\" x=\"\(number(left))\" y=\"\(number(y(stage)))\" "
        + "width=\"\(number(width - left - right))\" height=\"\(number(row))\"/>"
        + text("stage \(stage)", left - 10, y(stage) + row / 2 + 4, size: 11, anchor: "end")
    }.joined(separator: "\n")
  }

  /// Of passes that run together the forward one has the upper half of the row.
  private var passes: String {
    timeline.passes.filter { $0.lane == 0 }.map { pass in
      let isForward = pass.pass.direction == .forward
      let height = pass.isPaired ? row / 2 : row
      let top = y(pass.stage) + (pass.isPaired && !isForward ? row / 2 : 0)
      let from = x(pass.start)
      let wide = x(pass.end) - from
      let style =
        switch pass.pass.direction {
        case .forward: "forward"
        case .backward: "backward"
        case .inputGradient: "input"
        case .weightGradient: "weight"
        }
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

  private var updates: String {
    timeline.spans.filter { $0.lane == 0 && $0.end > $0.start }
      .compactMap { span -> String? in
        let name: String
        switch span.activity {
        case .segment, .send: return nil
        case .reduction: name = "gradients summed"
        case .optimizer: name = "optimizer"
        case .gather: name = "weights gathered"
        }
        if case .background = span.stream { return nil }
        return
          "<rect class=\"update\" x=\"\(number(x(span.start)))\" y=\"\(number(y(span.stage)))\" "
          + "width=\"\(number(max(0.4, x(span.end) - x(span.start))))\" height=\"\(number(row))\">"
          + "<title>\(name), \(milliseconds(span.start)) to \(milliseconds(span.end)) ms</title></rect>"
      }.joined(separator: "\n")
  }

  private func milliseconds(_ time: SimTime) -> String {
    fixed(Double(time.nanoseconds) / 1e6, decimals: 3)
  }

  /// A tick at round times, about eight of them.
  private func axis(at bottom: Double) -> String {
    let tick = Self.roundStep(span * 1e-9 / 8)
    let decimals = tick >= 1 ? 0 : tick >= 0.1 ? 1 : tick >= 0.01 ? 2 : tick >= 0.001 ? 3 : 6
    return stride(from: 0, through: span * 1e-9, by: tick).map { time in
      let place = x(SimTime(nanoseconds: UInt64((time * 1e9).rounded())))
      return
        "<line class=\"rule\" x1=\"\(number(place))\" x2=\"\(number(place))\" y1=\"\(number(top - 4))\" "
        + "y2=\"\(number(bottom + 4))\"/>"
        + text(
          "\(fixed(time, decimals: decimals)) s", place, bottom + 19, size: 11, style: "soft",
          anchor: "middle")
    }.joined(separator: "\n")
  }

  /// 1, 2 or 5 times a power of ten, at least this much.
  private static func roundStep(_ least: Double) -> Double {
    var power = 1e-9
    while power * 10 <= least { power *= 10 }
    return [1.0, 2, 5, 10].first { $0 * power >= least }.map { $0 * power } ?? power
  }

  /// What the fullest stage holds over time.
  private func memory(from top: Double) -> String {
    let stages = study.estimate.memory
    guard let fullest = stages.indices.max(by: { stages[$0].total < stages[$1].total }) else {
      return ""
    }
    let height = 96.0
    let held = stages[fullest].total - stages[fullest].activations - stages[fullest].transient
    let most = max(stages[fullest].total, study.estimate.memoryCapacity)
    let level = { (bytes: Bytes) in top + height - (bytes / most) * height }
    var points = "\(number(left)),\(number(level(held)))"
    var last = held
    for sample in timeline.memory where sample.stage == fullest {
      let now = held + sample.activations + sample.transient
      points +=
        " \(number(x(sample.time))),\(number(level(last)))"
        + " \(number(x(sample.time))),\(number(level(now)))"
      last = now
    }
    points += " \(number(width - right)),\(number(level(last)))"
    let floor = number(top + height)
    let peak = fixed(stages[fullest].total / .GB, decimals: 1)
    let limit = fixed(study.estimate.memoryCapacity / .GB, decimals: 0)
    let limitLine = number(level(study.estimate.memoryCapacity))
    return text(
      "Memory of stage \(fullest), the fullest: \(peak) of \(limit) GB at most", left, top - 12,
      size: 12)
      + "\n<polygon class=\"mem\" points=\"\(number(left)),\(floor) \(points) "
      + "\(number(width - right)),\(floor)\"/>\n<polyline class=\"memline\" points=\"\(points)\"/>\n"
      + "<line class=\"limit\" x1=\"\(number(left))\" x2=\"\(number(width - right))\" "
      + "y1=\"\(limitLine)\" y2=\"\(limitLine)\"/>\n"
      + text(
        "\(limit) GB", left - 10, level(study.estimate.memoryCapacity) + 4, size: 11,
        style: "soft", anchor: "end")
      + text("0", left - 10, top + height + 4, size: 11, style: "soft", anchor: "end")
  }

  private func text(
    _ words: String, _ x: Double, _ y: Double, size: Int, style: String = "ink", weight: Int = 400,
    anchor: String = "start"
  ) -> String {
    let safe = words.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return
      "<text class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" "
      + "font-weight=\"\(weight)\" text-anchor=\"\(anchor)\">\(safe)</text>"
  }
}
