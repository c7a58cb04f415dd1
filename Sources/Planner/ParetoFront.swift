/// The elements that no other beats in both amounts, by rising first amount; less is better.
///
/// Of equals the first stays, so that the answer never depends on a sort.
public func front<Element>(
  _ elements: [Element], by amounts: (first: (Element) -> Double, second: (Element) -> Double)
) -> [Element] {
  let keys = elements.indices.map {
    (amounts.first(elements[$0]), amounts.second(elements[$0]), $0)
  }
  var least = Double.infinity
  return keys.sorted(by: <).compactMap { _, second, index in
    guard second < least else { return nil }
    least = second
    return elements[index]
  }
}
