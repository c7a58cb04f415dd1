/// Reads a number with a unit of one dimension, in base units.
///
/// A unit of another dimension is told as such, with the right one where only `/s` is too much or
/// missing; a unit nobody knows is told with the nearest.
func amount(
  _ text: String, of dimension: Dimension, within bounds: Bounds, example: String
) throws(CauseError) -> Double {
  let number = try NumberText(text, example: example)
  guard let unit = dimension.units.first(where: { $0.symbol == number.unit }) else {
    throw CauseError(unitFault(text, number, dimension, example))
  }
  let value = number.value * unit.size
  guard value.isFinite else { throw CauseError(.number(.notFinite(text: text))) }
  guard bounds.contains(value) else {
    throw CauseError(.number(.outOfRange(text: text, bounds: bounds)))
  }
  guard value == 0 || dimension.plausible.contains(abs(value)) else {
    throw CauseError(.number(.implausible(text: text, dimension: dimension)))
  }
  return value
}

private func unitFault(
  _ text: String, _ number: NumberText, _ wanted: Dimension, _ example: String
) -> Cause {
  if number.unit.isEmpty {
    return .number(.noUnit(text: text, dimension: wanted, example: example))
  }
  let symbols = wanted.units.map(\.symbol)
  let others = Dimension.allCases.filter { $0 != wanted && $0 != .parameters }
  if let found = others.first(where: { $0.units.contains { $0.symbol == number.unit } }) {
    let isRate = number.unit.hasSuffix("/s")
    let unit = isRate ? String(number.unit.dropLast(2)) : number.unit + "/s"
    let write = symbols.contains(unit) ? text.dropLast(number.unit.count) + unit : nil
    return .number(
      .wrongDimension(
        text: text, found: found, wanted: wanted, write: write.map(String.init),
        example: example))
  }
  if symbols.contains("") {
    return .number(
      .unwantedUnit(text: text, unit: number.unit, dimension: wanted, example: example))
  }
  return .number(
    .unknownUnit(
      text: text, unit: number.unit, nearest: nearest(to: number.unit, among: symbols),
      dimension: wanted))
}
