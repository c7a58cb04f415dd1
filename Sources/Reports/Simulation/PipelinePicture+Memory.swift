import CostModel
import Planner
import Simulation
import Units

/// The memory of the fullest stage over time.
extension PipelinePicture {
  /// What the fullest stage holds over time.
  func memory(from top: Double) -> String {
    let stages = study.estimate.memory
    let fullest = step.fullest
    let height = 96.0
    let held = stages[fullest].total - stages[fullest].activations - stages[fullest].transient
    let most = max(stages[fullest].total, study.estimate.memoryCapacity)
    let level = { (bytes: Bytes) in top + height - (bytes / most) * height }
    let points =
      step.isDense ? levels(level, above: held) : changes(level, above: held)
    let floor = number(top + height)
    let peak = fixed(stages[fullest].total / .GB, decimals: 1)
    let limit = fixed(study.estimate.memoryCapacity / .GB, decimals: 0)
    let limitLine = number(level(study.estimate.memoryCapacity))
    return text(
      "Memory of stage \(fullest), the fullest: \(peak) of \(limit) GB at most", Self.left,
      top - 12,
      size: 12)
      + "\n<polygon class=\"mem\" points=\"\(number(Self.left)),\(floor) \(points) "
      + "\(number(Self.width - Self.right)),\(floor)\"/>\n<polyline class=\"memline\" points=\"\(points)\"/>\n"
      + "<line class=\"limit\" x1=\"\(number(Self.left))\" x2=\"\(number(Self.width - Self.right))\" "
      + "y1=\"\(limitLine)\" y2=\"\(limitLine)\"/>\n"
      + text(
        "\(limit) GB", Self.left - 10, level(study.estimate.memoryCapacity) + 4, size: 11,
        style: "soft", anchor: "end")
      + text("0", Self.left - 10, top + height + 4, size: 11, style: "soft", anchor: "end")
  }

  /// A line that steps up and down with each change.
  private func changes(_ level: (Bytes) -> Double, above held: Bytes) -> String {
    var points = "\(number(Self.left)),\(number(level(held)))"
    var last = held
    for sample in step.memory {
      let now = held + sample.activations + sample.transient
      points +=
        " \(number(x(sample.time))),\(number(level(last)))"
        + " \(number(x(sample.time))),\(number(level(now)))"
      last = now
    }
    return points + " \(number(Self.width - Self.right)),\(number(level(last)))"
  }

  /// A line that goes through the least and the most of each column.
  private func levels(_ level: (Bytes) -> Double, above held: Bytes) -> String {
    var points: [String] = []
    for (column, range) in step.levels.enumerated() {
      guard let range else { continue }
      let place = number(Self.left + 2 * Double(column))
      points += [range.least, range.most].map { "\(place),\(number(level(held + $0)))" }
    }
    return points.joined(separator: " ")
  }
}
