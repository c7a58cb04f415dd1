/// The nearest events of a ladder queue, in the order in which they will be taken.
struct LadderBottom: ~Copyable {
  struct Entry {
    var time: UInt64
    var place: Int32
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 128
  private var first = 0
  private var end = 0

  init() { entries = .allocateQuick(capacity: capacity) }

  deinit { entries.deallocate() }

  var isEmpty: Bool { first == end }
  var count: Int { end &- first }

  @inline(__always)
  mutating func takeFirst() -> Entry {
    defer { first &+= 1 }
    return entries[first]
  }

  /// Adds an event behind all that are not later.
  @inline(never)
  mutating func insert(_ place: Int32, at time: UInt64) {
    if end == capacity { makeRoom() }
    var index = end
    while index > first, entries[index &- 1].time > time {
      entries[index] = entries[index &- 1]
      index &-= 1
    }
    entries[index] = Entry(time: time, place: place)
    end &+= 1
  }

  /// Adds an event behind all others.
  mutating func append(_ place: Int32, at time: UInt64) {
    if end == capacity { makeRoom() }
    entries[end] = Entry(time: time, place: place)
    end &+= 1
  }

  /// Sorts the events of a bucket, the newest of which is given, into the empty bottom.
  ///
  /// - Returns: How many there are; nil where they are more than `most`, and none was taken.
  @inline(__always)
  mutating func fill<Event>(
    from newest: Int32, _ places: borrowing LadderPlaces<Event>, most: Int
  ) -> Int? {
    let entries = self.entries
    first = 0
    end = 0
    var number = 0
    var place = newest
    repeat {
      guard number < most else { return nil }
      let time = places.time(of: place)
      var index = number
      // Each is older than those before it, and so comes first among those of its instant.
      while index > 0, entries[index &- 1].time >= time {
        entries[index] = entries[index &- 1]
        index &-= 1
      }
      entries[index] = Entry(time: time, place: place)
      number &+= 1
      place = places.next(to: place)
    } while place >= 0
    end = number
    return number
  }

  /// Puts the events of a bucket into the empty bottom as they are linked: the newest first.
  mutating func fillUnsorted<Event>(from newest: Int32, _ places: borrowing LadderPlaces<Event>) {
    var place = newest
    while place >= 0 {
      append(place, at: places.time(of: place))
      place = places.next(to: place)
    }
  }

  /// Turns the order round.
  mutating func reverse() {
    var held = UnsafeMutableBufferPointer(start: entries + first, count: count)
    held.reverse()
  }

  /// Takes all events. They stay valid until others are added.
  mutating func takeAll() -> UnsafeMutableBufferPointer<Entry> {
    defer { first = end }
    return UnsafeMutableBufferPointer(start: entries + first, count: count)
  }

  @inline(never)
  private mutating func makeRoom() {
    let kept = count
    if first >= capacity / 2 {
      entries.update(from: entries + first, count: kept)
    } else {
      let more = UnsafeMutablePointer<Entry>.allocateQuick(capacity: 2 * capacity)
      more.update(from: entries + first, count: kept)
      entries.deallocate()
      entries = more
      capacity *= 2
    }
    first = 0
    end = kept
  }
}
