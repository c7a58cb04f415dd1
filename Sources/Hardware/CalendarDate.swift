/// A day, a month or a year, as prices, exchange rates and rules are dated.
public struct CalendarDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var year: Int
  /// Absent where only the year is known.
  public var month: Int?
  public var day: Int?

  public init(year: Int) { self.year = year }

  /// Reads `2025`, `2025-03` or `2025-03-10`.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), parts[0].count == 4 else { return nil }
    guard parts.dropFirst().allSatisfy({ $0.count == 2 }) else { return nil }
    let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
    guard numbers.count == parts.count, (1900...2199).contains(numbers[0]) else { return nil }
    year = numbers[0]
    month = numbers.count > 1 ? numbers[1] : nil
    day = numbers.count > 2 ? numbers[2] : nil
    if let month, !(1...12).contains(month) { return nil }
    if let day, let month, !(1...daysIn(month: month, year: year)).contains(day) { return nil }
  }

  /// Reads a day, `2025-03-10`; a month or a year is none.
  public init?(day text: String) {
    self.init(text)
    if day == nil { return nil }
  }

  /// A number of days that grows with the date. A month counts as its middle, a year as its own;
  /// all months count 31 days, which is near enough to choose the nearest of several dates.
  public var ordinal: Int { (year * 12 + (month ?? 7) - 1) * 31 + (day ?? 16) }

  public static func < (a: Self, b: Self) -> Bool { a.ordinal < b.ordinal }

  /// As it is written in files.
  public var description: String {
    [month, day].compactMap(\.self).reduce("\(year)") { $0 + ($1 < 10 ? "-0" : "-") + "\($1)" }
  }
}

private func daysIn(month: Int, year: Int) -> Int {
  let isLeap = (year.isMultiple(of: 4) && !year.isMultiple(of: 100)) || year.isMultiple(of: 400)
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
}
