public import Units

/// How long a communication keeps links busy at the rates that the library gets out of them.
///
/// Latencies and launches come on top: no link's rate changes them. So a communication of the time `t` whose
/// links have the parts `i` and `o` of their rates left, inside the domain and at the interface, takes
/// ```
/// t − whole + max(whole, inside / i, outside / o)
/// ```
public struct LinkPace: Hashable, Sendable {
  /// From the first byte to the last, with what runs beside the links as they carry.
  public var whole: Seconds
  /// The same where no other rank communicates: with a whole interface, and with as much of leaf and spine as
  /// it can use.
  public var alone: Seconds
  /// How long the links inside the domain carry, and how long the interface does.
  public var inside: Seconds
  public var outside: Seconds

  /// - Parameter alone: Nil where nothing of it is shared with other ranks.
  public init(whole: Seconds, alone: Seconds? = nil, inside: Seconds, outside: Seconds) {
    self.whole = whole
    self.alone = alone ?? whole
    self.inside = inside
    self.outside = outside
  }

  public static let none = LinkPace(whole: .zero, inside: .zero, outside: .zero)

  /// One after the other.
  static func + (a: Self, b: Self) -> Self {
    Self(
      whole: a.whole + b.whole, alone: a.alone + b.alone, inside: a.inside + b.inside,
      outside: a.outside + b.outside)
  }

  static func * (a: Self, factor: Double) -> Self {
    Self(
      whole: a.whole * factor, alone: a.alone * factor, inside: a.inside * factor,
      outside: a.outside * factor)
  }
}

/// The time of a communication.
struct CommunicationTime {
  var whole: Seconds
  var pace: LinkPace
}
