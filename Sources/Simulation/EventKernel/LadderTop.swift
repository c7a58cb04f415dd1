/// The far events of a ladder queue, in the order in which they were scheduled.
struct LadderTop: ~Copyable {
  private var places: UnsafeMutablePointer<Int32>
  private(set) var count = 0
  private(set) var earliest = UInt64.max
  private(set) var latest: UInt64 = 0

  init(capacity: Int) { places = .allocateQuick(capacity: capacity) }

  deinit { places.deallocate() }

  var isEmpty: Bool { count == 0 }

  /// Buckets of a rung for these events: so many that events scheduled meanwhile mostly find a bucket,
  /// too.
  var buckets: Int { max(1024, 4 * count) }

  @inline(__always)
  mutating func add(_ place: Int32, at time: UInt64) {
    places[count] = place
    count &+= 1
    earliest = min(earliest, time)
    latest = max(latest, time)
  }

  /// Takes all events. While they are read, as many as have been read may be added.
  mutating func takeAll() -> UnsafeBufferPointer<Int32> {
    defer {
      count = 0
      earliest = .max
      latest = 0
    }
    return UnsafeBufferPointer(start: places, count: count)
  }

  mutating func grow(to capacity: Int) {
    let more = UnsafeMutablePointer<Int32>.allocateQuick(capacity: capacity)
    more.update(from: places, count: count)
    places.deallocate()
    places = more
  }
}

/// How wide the buckets of a ladder queue's first rung are.
///
/// Narrow buckets cost a visit each, wide ones hold many events that must be put in order. What went
/// from buckets to the bottom since the last choice tells which of the two it was; how far the clock
/// moved meanwhile tells the width that it was.
struct LadderWidth {
  /// A bucket that is not empty should hold so many events when its turn comes.
  private static var fewest: Double { 2 }
  private static var most: Double { 3.6 }
  /// No bucket is so wide that more events are taken while its turn lasts.
  private static var mostTaken: Double { 32 }

  private var visits = 0
  private var moved = 0
  private var start: UInt64 = 0
  private var takenAtStart = 0

  /// Notes how many events a bucket held when its turn came.
  @inline(__always)
  mutating func note(_ number: Int) {
    visits &+= 1
    moved &+= number
  }

  /// The width of the next buckets, 2 to the power of this.
  mutating func exponent(for top: borrowing LadderTop, at clock: UInt64, taken: Int) -> Int {
    let elapsed = clock - start
    let width =
      visits > 0 && elapsed > 0
      ? adapted(Double(elapsed), taken: taken - takenAtStart)
      : (top.latest - top.earliest) / UInt64(top.count)
    (visits, moved, start, takenAtStart) = (0, 0, clock, taken)
    // All buckets together span less than half of the clock's range.
    return min(Self.exponent(width), 61 - Self.exponent(UInt64(top.buckets)))
  }

  private func adapted(_ elapsed: Double, taken: Int) -> UInt64 {
    let each = Double(moved) / Double(visits)
    let change = each < Self.fewest ? 2 : each > Self.most ? 0.5 : 1
    let width = min(
      elapsed / Double(visits) * change, elapsed / Double(max(1, taken)) * Self.mostTaken)
    return UInt64(width)
  }

  /// The largest power of two that is not above a number; 0 for 0.
  static func exponent(_ number: UInt64) -> Int {
    number < 2 ? 0 : UInt64.bitWidth - 1 - number.leadingZeroBitCount
  }
}
