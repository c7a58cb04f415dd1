import CostModel
import Hardware
import Parallelism
import Planner
import Simulation
import Units
import Workload

/// The pipeline of a simulated step as a picture: a row for each stage, time to the right, a box for
/// each pass, and beneath it the fullest stage's memory. Where boxes would be narrower than two pixels, a
/// row shows instead what share of its time the stage spends on which passes.
struct PipelinePicture {
  let study: StepStudy
  let step: PicturedStep
  private let lane: ShownLane
  static let width = 1200.0
  static let left = 76.0
  static let right = 24.0
  private let top = 112.0
  let row: Double
  private let gap = 3.0

  /// What the picture of a study is drawn from, when the step has been told to it.
  static func drawing(_ study: StepStudy, _ lane: ShownLane) -> PicturedStep {
    let memory = study.estimate.memory
    return PicturedStep(
      end: study.timeline.end, lane: lane.index,
      fullest: memory.indices.max { memory[$0].total < memory[$1].total } ?? 0,
      columns: Int(width - left - right) / 2)
  }

  init(_ study: StepStudy, _ step: PicturedStep, _ lane: ShownLane) {
    self.lane = lane
    self.study = study
    self.step = step
    row = study.timeline.stages > 24 ? 12 : 22
  }

  var svg: String {
    let rowsEnd = top + Double(study.timeline.stages) * (row + gap)
    let memoryTop = rowsEnd + 64
    let height = memoryTop + 130
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(Self.width)) \(number(height))" \
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
      \(step.isDense ? shares : passes)
      \(updates)
      \(memory(from: memoryTop))
      </svg>

      """
  }

  /// The whole step with a little air behind it.
  private var span: Double { max(1, Double(step.end.nanoseconds)) }

  func x(_ time: SimTime) -> Double {
    Self.left + Double(time.nanoseconds) / span * (Self.width - Self.left - Self.right)
  }

  func y(_ stage: Int) -> Double { top + Double(stage) * (row + gap) }

  func number(_ value: Double) -> String { fixed(value, decimals: 2) }

  private var heading: String {
    let step = study.estimate
    let time = fixed(step.stepTime.value, decimals: 3)
    let bubble = fixed(100 * (step.breakdown[.bubble] / step.stepTime), decimals: 1)
    let use = fixed(100 * step.modelUtilization, decimals: 1)
    return text(
      "\(study.model.name) on \(study.fleet.size) × \(study.fleet.name)", Self.left, 34, size: 19,
      weight: 600)
      + "\n"
      + text(
        "\(step.plan.summary)   ·   step \(time) s   ·   bubble \(bubble) %   ·   MFU \(use) %",
        Self.left, 56, size: 13, style: "soft")
  }

  private var legend: String {
    let isSplit = step.directions.contains(.weightGradient)
    var items = [("forward", "forward")]
    items.append(("backward", isSplit ? "backward, or gradients of inputs" : "backward"))
    if isSplit { items.append(("weight", "gradients of weights")) }
    items.append(("update", "gradients summed, optimizer, weights gathered"))
    var place = Self.left
    return items.map { style, words in
      let item =
        "<rect class=\"\(style)\" x=\"\(number(place))\" y=\"74\" width=\"14\" height=\"14\" "
        + "rx=\"2\"/>" + text(words, place + 20, 86, size: 12)
      place += 44 + 6.6 * Double(words.count)
      return item
    }.joined(separator: "\n")
  }

  /// Where ranks of a stage differ, the one that is shown.
  private func name(_ stage: Int) -> String {
    study.timeline.lanes == 1 ? "stage \(stage)" : "\(stage): rank \(lane.rank(stage))"
  }

  private var lanes: String {
    (0..<study.timeline.stages).map { stage in
      "<rect class=\"lane\" x=\"\(number(Self.left))\" y=\"\(number(y(stage)))\" "
        + "width=\"\(number(Self.width - Self.left - Self.right))\" height=\"\(number(row))\"/>"
        + text(name(stage), Self.left - 10, y(stage) + row / 2 + 4, size: 11, anchor: "end")
    }.joined(separator: "\n")
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

  func text(
    _ words: String, _ x: Double, _ y: Double, size: Int, style: String = "ink", weight: Int = 400,
    anchor: String = "start"
  ) -> String {
    let safe = words.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    return
      "<text class=\"\(style)\" x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"\(size)\" "
      + "font-weight=\"\(weight)\" text-anchor=\"\(anchor)\">\(safe)</text>"
  }
}
