/// An event queue for the hot loops of other modules: its events are 64-bit codes, and what a code
/// means is for the owner to know.
///
/// It is not generic, so that the queue is compiled for it here. A generic queue that another module
/// fills cannot be, and runs several times slower.
public struct CodedEventQueue: ~Copyable {
  private var queue: EventQueue<UInt64>

  /// - Parameter capacity: Events that fit before the queue must grow.
  public init(capacity: Int = 64) { queue = EventQueue(capacity: capacity) }

  /// The instant of the event that was taken last.
  public var now: SimTime { queue.now }

  /// The number of events to come.
  public var count: Int { queue.count }

  /// Adds an event at an instant that is not past.
  public mutating func schedule(_ code: UInt64, at time: SimTime) {
    queue.schedule(code, at: time)
  }

  /// Takes the first event and sets the clock to its instant; nil when nothing is left to happen.
  public mutating func next() -> UInt64? { queue.next() }
}
