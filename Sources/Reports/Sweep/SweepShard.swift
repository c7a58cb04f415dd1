/// A part of a sweep that one process answers: the `number`-th of `count`, counted from 1.
public struct SweepShard: Hashable, Sendable {
  public let number: Int
  public let count: Int

  /// All of it.
  public static let whole = Self(number: 1, count: 1)

  private init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  /// The most parts that a sweep has.
  public static let most = 1_000_000

  /// - Returns: Nil where the number is not from 1 to the count, or the count is beyond the most.
  public init?(_ number: Int, of count: Int) {
    guard (1...Self.most).contains(count), (1...count).contains(number) else { return nil }
    self.init(number: number, count: count)
  }

  /// Its part of a number of chunks.
  public func chunks(of all: Int) -> Range<Int> {
    all * (number - 1) / count..<all * number / count
  }

  /// Its file, where `path` is that of the whole: `a.2-of-8.csv` for `a.csv`.
  public func path(of path: String) -> String {
    guard count > 1 else { return path }
    let stem = path.hasSuffix(".csv") ? String(path.dropLast(4)) : path
    return "\(stem).\(number)-of-\(count).csv"
  }
}
