/// The events of a ladder queue, each in a place of its own while it is pending.
struct LadderPlaces<Event: BitwiseCopyable>: ~Copyable {
  private struct Place {
    var time: UInt64
    var event: Event
    /// The place behind this one in its bucket, or in the list of free places; -1 is none.
    var next: Int32
  }

  private static var most: Int { 1 << 24 }

  private(set) var capacity: Int
  private var places: UnsafeMutablePointer<Place>
  private var firstFree: Int32 = -1

  init(capacity: Int) {
    self.capacity = max(4, capacity)
    places = .allocateQuick(capacity: self.capacity)
    freeAll(from: 0)
  }

  deinit { places.deallocate() }

  /// Whether none is free.
  var areTaken: Bool { firstFree < 0 }

  /// Whether they seldom lie in a core's own cache.
  var areMany: Bool { capacity > 1 << 14 }

  /// Puts an event into a free place.
  @inline(__always)
  mutating func take(_ event: Event, at time: UInt64) -> Int32 {
    let place = firstFree
    let free = places + Int(place)
    firstFree = free.pointee.next
    free.pointee.time = time
    free.pointee.event = event
    return place
  }

  /// Frees a place and returns what it held.
  @inline(__always)
  mutating func free(_ place: Int32) -> Event {
    let taken = places + Int(place)
    taken.pointee.next = firstFree
    firstFree = place
    return taken.pointee.event
  }

  func time(of place: Int32) -> UInt64 { places[Int(place)].time }

  func next(to place: Int32) -> Int32 { places[Int(place)].next }

  @inline(__always)
  func link(_ place: Int32, to next: Int32) { places[Int(place)].next = next }

  /// Asks for the cache line of a place, so that it is there when its turn comes.
  @inline(__always)
  func readLine(of place: Int32) -> Int32 { place < 0 ? 0 : places[Int(place)].next }

  mutating func grow() {
    precondition(2 * capacity <= Self.most, "a queue holds up to 2²⁴ events at once")
    let more = UnsafeMutablePointer<Place>.allocateQuick(capacity: 2 * capacity)
    more.update(from: places, count: capacity)
    places.deallocate()
    places = more
    capacity *= 2
    freeAll(from: capacity / 2)
  }

  private mutating func freeAll(from first: Int) {
    for place in (first..<capacity).reversed() {
      places[place].next = firstFree
      firstFree = Int32(place)
    }
  }
}
