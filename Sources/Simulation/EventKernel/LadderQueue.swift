/// The events that are still to come, and the clock: an `EventQueue` that moves each event a few times
/// however many there are, instead of comparing it with the others.
///
/// It is a ladder queue (Tang, Goh and Thng 2005, doi:10.1145/1103323.1103324):
///
/// - the **top** holds far events in the order in which they were scheduled;
/// - **rungs** hold nearer ones in buckets of equal width. A bucket that holds many when its turn comes
///   becomes a rung of narrower buckets, however skewed the times are;
/// - the **bottom** holds the nearest, sorted.
///
/// The width of the first rung's buckets follows from what the last ones held: a few events for each
/// bucket that is not empty. Widths are powers of two, so that a shift finds an event's bucket.
struct LadderQueue<Event: BitwiseCopyable>: ~Copyable {
  /// A bucket of more events becomes a rung.
  private static var most: Int { 24 }
  /// A bottom of more events becomes a rung, too: putting an event among them in order takes long.
  private static var mostInBottom: Int { 64 }
  /// Every rung is at least 8 times as fine as the one before, and times have 64 bits.
  private static var mostRungs: Int { 24 }

  private var clock: UInt64 = 0
  private var scheduled = 0
  private var taken = 0

  private var places: LadderPlaces<Event>
  private var bottom = LadderBottom()
  /// Events before this instant belong to the bottom.
  private var bottomEnd: UInt64 = 0
  private let rungs: UnsafeMutablePointer<LadderRung>
  private var rungCount = 0
  /// Events from this instant on belong to the top.
  private var topStart: UInt64 = 0
  private var top: LadderTop
  private var width = LadderWidth()
  /// What was read ahead. Nobody needs it, but a load that nobody stores is no load at all.
  private var readAhead: Int32 = 0

  /// - Parameter capacity: Events that fit before the queue must grow.
  init(capacity: Int = 64) {
    places = LadderPlaces(capacity: capacity)
    top = LadderTop(capacity: places.capacity)
    rungs = .allocate(capacity: Self.mostRungs)
    for rung in 0..<Self.mostRungs { (rungs + rung).initialize(to: LadderRung()) }
  }

  deinit {
    rungs.deinitialize(count: Self.mostRungs)
    rungs.deallocate()
  }

  /// The instant of the event that was taken last.
  var now: SimTime { SimTime(nanoseconds: clock) }

  /// The number of events to come.
  var count: Int { scheduled &- taken }

  /// Adds an event at an instant that is not past.
  mutating func schedule(_ event: Event, at time: SimTime) {
    let time = time.nanoseconds
    precondition(
      time >= clock && time < 1 << 63, "an event lies between the present and 292 years")
    if places.areTaken { grow() }
    let place = places.take(event, at: time)
    scheduled &+= 1
    if time >= topStart {
      top.add(place, at: time)
    } else if time >= bottomEnd {
      push(place, at: time)
    } else if bottom.count < Self.mostInBottom || bottomEnd - clock == 1 {
      bottom.insert(place, at: time)
    } else {
      splitBottom()
      push(place, at: time)
    }
  }

  mutating func schedule(_ event: Event, after delay: SimDuration) {
    schedule(event, at: now + delay)
  }

  /// Takes the first event and sets the clock to its instant; nil when nothing is left to happen.
  mutating func next() -> Event? {
    if bottom.isEmpty, !refill() { return nil }
    let first = bottom.takeFirst()
    clock = first.time
    taken &+= 1
    return places.free(first.place)
  }

  /// Puts an event into its bucket of the finest rung that reaches so far.
  @inline(__always)
  private mutating func push(_ place: Int32, at time: UInt64) {
    var rung = rungs + (rungCount &- 1)
    while time >= rung.pointee.end { rung -= 1 }
    places.link(place, to: rung.pointee.push(place, at: time))
  }

  @inline(never)
  private mutating func grow() {
    places.grow()
    top.grow(to: places.capacity)
  }
}

extension LadderQueue {
  /// Fills the bottom with the next events; false where there are none.
  @inline(never)
  private mutating func refill() -> Bool {
    while true {
      guard rungCount > 0 else {
        guard !top.isEmpty else {
          topStart = 0
          bottomEnd = 0
          return false
        }
        if takeTop() { return true }
        continue
      }
      let rung = rungs + (rungCount &- 1)
      guard let bucket = rung.pointee.nextBucket() else {
        rungCount &-= 1
        continue
      }
      if places.areMany {
        readAhead &+= places.readLine(of: rung.pointee.newest(ahead: bucket))
      }
      let (start, end) = rung.pointee.bounds(of: bucket)
      let newest = rung.pointee.empty(bucket)
      if let number = bottom.fill(from: newest, places, most: Self.most) {
        bottomEnd = end
        width.note(number)
        return true
      }
      bottom.fillUnsorted(from: newest, places)
      if end - start == 1 {
        bottom.reverse()
        bottomEnd = end
        return true
      }
      spawn(from: start, to: end, shift: rung.pointee.shift)
    }
  }

  /// Puts the events of a bucket, which the bottom holds with the newest first, into a rung.
  @inline(never)
  private mutating func spawn(from start: UInt64, to end: UInt64, shift: Int) {
    let entries = bottom.takeAll()
    let finer = LadderWidth.exponent(UInt64(entries.count)) - 1
    openRung(from: start, to: end, shift: max(0, shift - finer))
    // The oldest first, so that the newest of each bucket comes first.
    for entry in entries.reversed() { push(entry.place, at: entry.time) }
  }

  /// Puts all that is left in the bottom into a rung.
  @inline(never)
  private mutating func splitBottom() {
    let entries = bottom.takeAll()
    let shift = LadderWidth.exponent((bottomEnd - clock) / UInt64(entries.count))
    openRung(from: clock, to: bottomEnd, shift: shift)
    for entry in entries { push(entry.place, at: entry.time) }
  }

  /// Opens the first rung and moves to it all of the top that it reaches.
  ///
  /// - Returns: Whether the events are all of one instant, which need no rung: the bottom has them.
  @inline(never)
  private mutating func takeTop() -> Bool {
    let shift = width.exponent(for: top, at: clock, taken: taken)
    let start = top.earliest
    if start == top.latest {
      for place in top.takeAll() { bottom.append(place, at: start) }
      bottomEnd = start + 1
      topStart = bottomEnd
      return true
    }
    topStart = start + UInt64(top.buckets) << UInt64(shift)
    openRung(from: start, to: topStart, shift: shift)
    for place in top.takeAll() {
      let time = places.time(of: place)
      if time >= topStart { top.add(place, at: time) } else { push(place, at: time) }
    }
    return false
  }

  private mutating func openRung(from start: UInt64, to end: UInt64, shift: Int) {
    precondition(rungCount < Self.mostRungs, "every rung is finer than the one before")
    rungs[rungCount].open(from: start, to: end, shift: shift)
    rungCount += 1
    bottomEnd = start
  }
}
