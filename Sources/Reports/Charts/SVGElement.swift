/// One element of an SVG picture, with its attributes in order and its children.
struct SVGElement {
  private var name: String
  private var attributes: [(String, String)]
  private var content: String = ""
  private var children: [SVGElement] = []

  init(_ name: String, _ attributes: [(String, String)] = [], _ children: [SVGElement] = []) {
    self.name = name
    self.attributes = attributes
    self.children = children
  }

  /// A line of text whose anchor point is (x, y).
  init(text: String, x: Double, y: Double, _ attributes: [(String, String)] = []) {
    self.init("text", [("x", number(x)), ("y", number(y))] + attributes)
    content = escaped(text)
  }

  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, stroke: String, dashed: Bool = false
  ) -> SVGElement {
    SVGElement(
      "line",
      [
        ("x1", number(x1)), ("y1", number(y1)), ("x2", number(x2)), ("y2", number(y2)),
        ("stroke", stroke),
      ] + (dashed ? [("stroke-dasharray", "4 3")] : []))
  }

  static func circle(
    _ x: Double, _ y: Double, radius: Double, fill: String, stroke: String, title: String? = nil
  ) -> SVGElement {
    var circle = SVGElement(
      "circle",
      [
        ("cx", number(x)), ("cy", number(y)), ("r", number(radius)), ("fill", fill),
        ("stroke", stroke), ("fill-opacity", "0.65"),
      ])
    if let title {
      var tip = SVGElement("title")
      tip.content = escaped(title)
      circle.children = [tip]
    }
    return circle
  }

  /// The element as a file of its own.
  var document: String { "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + text(indent: "") }

  private func text(indent: String) -> String {
    let fields = attributes.map { " \($0)=\"\(escaped($1))\"" }.joined()
    if children.isEmpty {
      let end = content.isEmpty ? "/>" : ">\(content)</\(name)>"
      return "\(indent)<\(name)\(fields)\(end)\n"
    }
    let inner = children.map { $0.text(indent: indent + "  ") }.joined()
    return "\(indent)<\(name)\(fields)>\n\(inner)\(indent)</\(name)>\n"
  }
}

/// A coordinate, to a tenth of a pixel.
private func number(_ value: Double) -> String {
  let text = fixed(value, decimals: 1)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

private func escaped(_ text: String) -> String {
  printable(text).reduce(into: "") { result, character in
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
}
