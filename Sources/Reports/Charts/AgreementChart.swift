/// A picture of predicted against observed numbers, both on logarithmic scales: on the diagonal they
/// are equal.
struct AgreementChart {
  struct Point {
    var observed: Double
    var predicted: Double
    /// What a pointer held over the point is told.
    var title: String
  }

  struct Group {
    var name: String
    var colour: String
    /// Open circles stand for points that the prediction was fitted to.
    var isOpen: Bool
    var points: [Point]
  }

  var title: String
  var axisName: String
  var groups: [Group]
  /// Half the width of the band around the diagonal: 0.2 is a factor of 1.2 either way.
  var band = 0.2

  private let side = 560.0
  private let left = 78.0
  private let top = 48.0
  private let ink = "#333333"
  private let grey = "#bbbbbb"

  var svg: String {
    let values = groups.flatMap(\.points).flatMap { [$0.observed, $0.predicted] }
    let x = LogAxis(holding: values, from: left, to: left + side)
    let y = LogAxis(holding: values, from: top + side, to: top)
    let width = left + side + 250
    let height = top + side + 60
    let size = [
      ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", "0 0 \(Int(width)) \(Int(height))"),
      ("width", "\(Int(width))"), ("height", "\(Int(height))"), ("font-family", "sans-serif"),
      ("font-size", "13"), ("fill", ink),
    ]
    let paper = SVGElement(
      "rect", [("width", "\(Int(width))"), ("height", "\(Int(height))"), ("fill", "#ffffff")])
    let heading = SVGElement(text: title, x: left, y: 26, [("font-size", "16")])
    let children = [paper, heading] + grid(x, y) + diagonal(x, y) + dots(x, y) + legend()
    return SVGElement("svg", size, children).document
  }

  private func grid(_ x: LogAxis, _ y: LogAxis) -> [SVGElement] {
    let bottom = top + side
    var elements = x.ticks.flatMap { tick -> [SVGElement] in
      let (across, up) = (x.position(tick.value), y.position(tick.value))
      return [
        .line(across, top, across, bottom, stroke: "#e6e6e6"),
        .line(left, up, left + side, up, stroke: "#e6e6e6"),
        SVGElement(text: tick.label, x: across, y: bottom + 18, [("text-anchor", "middle")]),
        SVGElement(text: tick.label, x: left - 8, y: up + 4, [("text-anchor", "end")]),
      ]
    }
    elements.append(
      SVGElement(
        text: "observed, \(axisName)", x: left + side / 2, y: bottom + 42,
        [("text-anchor", "middle")]))
    elements.append(
      SVGElement(
        text: "predicted, \(axisName)", x: 0, y: 0,
        [
          ("text-anchor", "middle"),
          ("transform", "translate(18 \(Int(top + side / 2))) rotate(-90)"),
        ]))
    return elements
  }

  private func diagonal(_ x: LogAxis, _ y: LogAxis) -> [SVGElement] {
    let (low, high) = (x.lowest, x.highest)
    let edge = 1 + band
    let point = { (observed: Double, predicted: Double) in
      (x.position(observed), y.position(predicted))
    }
    let line = { (from: (Double, Double), to: (Double, Double), dashed: Bool) in
      SVGElement.line(from.0, from.1, to.0, to.1, stroke: grey, dashed: dashed)
    }
    return [
      line(point(low, low), point(high, high), false),
      line(point(low, low * edge), point(high / edge, high), true),
      line(point(low * edge, low), point(high, high / edge), true),
    ]
  }

  private func dots(_ x: LogAxis, _ y: LogAxis) -> [SVGElement] {
    groups.flatMap { group in
      group.points.map { point in
        SVGElement.circle(
          x.position(point.observed), y.position(point.predicted), radius: 3.2,
          fill: group.isOpen ? "none" : group.colour, stroke: group.colour, title: point.title)
      }
    }
  }

  private func legend() -> [SVGElement] {
    let x = left + side + 24
    let entries = groups.enumerated().flatMap { index, group -> [SVGElement] in
      let y = top + 16 + 24 * Double(index)
      return [
        .circle(
          x, y - 4, radius: 4, fill: group.isOpen ? "none" : group.colour, stroke: group.colour),
        SVGElement(text: "\(group.name) (\(group.points.count))", x: x + 14, y: y),
      ]
    }
    let y = top + 16 + 24 * Double(groups.count)
    let percent = fixed(100 * band, decimals: 0)
    return entries + [
      .line(x - 6, y - 4, x + 8, y - 4, stroke: grey),
      SVGElement(text: "equal", x: x + 14, y: y),
      .line(x - 6, y + 20, x + 8, y + 20, stroke: grey, dashed: true),
      SVGElement(text: "\(percent) % more, \(percent) % less", x: x + 14, y: y + 24),
    ]
  }
}
