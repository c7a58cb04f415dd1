/// The events that are still to come, and the clock, which stands at the one taken last.
///
/// Events come out in the order of their times; those of one instant in the order in which they were
/// scheduled. An event is a plain value; what it means is for the owner of the queue to know.
///
/// An event stays in one slot while its key moves through the heap. Taking an event leaves its key and
/// its slot in place until the next one is scheduled, which then takes over both: a simulation mostly
/// schedules one event for each that it takes, and so walks the heap once instead of twice.
struct EventQueue<Event: BitwiseCopyable>: ~Copyable {
  /// Bits of a key below its time: the number of insertion above, the slot below.
  private static var slotBits: UInt64 { 24 }
  private static var maximumSlots: Int { 1 << slotBits }
  private static var maximumInsertions: UInt64 { 1 << (64 - slotBits) }

  /// The instant of the event that was taken last.
  private(set) var now = SimTime.zero
  private var heap: EventHeap
  private var inserted: UInt64 = 0
  /// Whether the first event of the heap has been taken.
  private var isFirstTaken = false
  private var capacity: Int
  private var events: UnsafeMutablePointer<Event>
  /// Every slot once; those from `heap.count` on are free.
  private var slots: UnsafeMutablePointer<UInt32>

  /// - Parameter capacity: Events that fit before the queue must grow.
  init(capacity: Int = 64) {
    self.capacity = max(4, capacity)
    heap = EventHeap(capacity: self.capacity)
    events = .allocateQuick(capacity: self.capacity)
    slots = .allocateQuick(capacity: self.capacity)
    for slot in 0..<self.capacity { slots[slot] = UInt32(slot) }
  }

  deinit {
    events.deallocate()
    slots.deallocate()
  }

  /// The number of events to come.
  var count: Int { isFirstTaken ? heap.count - 1 : heap.count }

  /// Adds an event at an instant that is not past.
  mutating func schedule(_ event: Event, at time: SimTime) {
    precondition(time >= now, "an event cannot be scheduled in the past")
    precondition(inserted < Self.maximumInsertions, "a queue takes 2⁴⁰ events in its life")
    let order = inserted << Self.slotBits
    inserted += 1
    let high = EventHeap.Key(time.nanoseconds) << 64
    if isFirstTaken {
      isFirstTaken = false
      let slot = slotOfFirst
      events[slot] = event
      heap.replaceFirst(high | EventHeap.Key(order | UInt64(slot)))
    } else {
      insert(event, high | EventHeap.Key(order))
    }
  }

  mutating func schedule(_ event: Event, after delay: SimDuration) {
    schedule(event, at: now + delay)
  }

  /// Takes the first event and sets the clock to its instant; nil when nothing is left to happen.
  mutating func next() -> Event? {
    if isFirstTaken { removeTaken() }
    guard heap.count > 0 else { return nil }
    isFirstTaken = true
    now = SimTime(nanoseconds: UInt64(truncatingIfNeeded: heap.first >> 64))
    return events[slotOfFirst]
  }

  private var slotOfFirst: Int {
    Int(UInt64(truncatingIfNeeded: heap.first) & (1 << Self.slotBits - 1))
  }

  @inline(never)
  private mutating func insert(_ event: Event, _ key: EventHeap.Key) {
    if heap.count == capacity { grow() }
    let slot = slots[heap.count]
    events[Int(slot)] = event
    heap.insert(key | EventHeap.Key(slot))
  }

  @inline(never)
  private mutating func removeTaken() {
    isFirstTaken = false
    let slot = slotOfFirst
    heap.removeFirst()
    slots[heap.count] = UInt32(slot)
  }

  @inline(never)
  private mutating func grow() {
    precondition(2 * capacity <= Self.maximumSlots, "a queue holds up to 2²⁴ events at once")
    let moreEvents = UnsafeMutablePointer<Event>.allocateQuick(capacity: 2 * capacity)
    let moreSlots = UnsafeMutablePointer<UInt32>.allocateQuick(capacity: 2 * capacity)
    moreEvents.update(from: events, count: capacity)
    for slot in 0..<2 * capacity { moreSlots[slot] = slot < capacity ? slots[slot] : UInt32(slot) }
    events.deallocate()
    slots.deallocate()
    events = moreEvents
    slots = moreSlots
    capacity *= 2
  }
}
