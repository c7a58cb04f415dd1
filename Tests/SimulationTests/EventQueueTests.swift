import Testing

@testable import Simulation

@Suite("The event queue")
struct EventQueueTests {
  @Test("events come out in the order of their times")
  func times() {
    var queue = EventQueue<UInt32>()
    for (index, time) in [5, 3, 9, 1, 7].enumerated() {
      queue.schedule(UInt32(index), at: SimTime(nanoseconds: UInt64(time)))
    }
    #expect(drain(&queue) == [3, 1, 0, 4, 2])
    #expect(queue.now == SimTime(nanoseconds: 9))
  }

  @Test("events of one instant come out in the order in which they were scheduled")
  func ties() {
    var queue = EventQueue<UInt32>(capacity: 4)
    for index in 0..<1000 { queue.schedule(UInt32(index), at: SimTime(nanoseconds: 7)) }
    #expect(drain(&queue) == (0..<1000).map(UInt32.init))
  }

  @Test("an event at the present instant comes after those already scheduled for it")
  func present() {
    var queue = EventQueue<UInt32>()
    queue.schedule(0, at: .zero)
    queue.schedule(1, at: .zero)
    #expect(queue.next() == 0)
    queue.schedule(2, after: .zero)
    #expect(drain(&queue) == [1, 2])
  }

  @Test("the clock stands at the event taken last, and delays count from there")
  func clock() {
    var queue = EventQueue<UInt32>()
    queue.schedule(0, after: SimDuration(nanoseconds: 10))
    queue.schedule(1, after: SimDuration(nanoseconds: 30))
    #expect(queue.now == .zero)
    #expect(queue.next() == 0)
    queue.schedule(2, after: SimDuration(nanoseconds: 15))
    #expect(queue.next() == 2)
    #expect(queue.now == SimTime(nanoseconds: 25))
    #expect(queue.next() == 1)
    #expect(queue.next() == nil)
    #expect(queue.now == SimTime(nanoseconds: 30))
  }

  @Test("an empty queue stays usable")
  func empty() {
    var queue = EventQueue<UInt32>()
    #expect(queue.next() == nil)
    queue.schedule(1, after: SimDuration(nanoseconds: 1))
    #expect(queue.count == 1)
    #expect(queue.next() == 1)
    #expect(queue.count == 0)
    #expect(queue.next() == nil)
    queue.schedule(2, after: .zero)
    #expect(queue.next() == 2)
  }

  // The oracle is an array that is searched for the least (time, number of insertion).
  @Test(
    "any mixture of scheduling and taking agrees with a plain list",
    arguments: 1...20 as ClosedRange<UInt64>)
  func oracle(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var queue = EventQueue<UInt32>(capacity: 4)
    var list: [(time: UInt64, event: UInt32)] = []
    var scheduled: UInt32 = 0
    for _ in 0..<3000 {
      // Bursts of either kind, so that the queue grows, drains and is emptied.
      let takes = random.next() >> 59 < (seed % 2 == 0 ? 14 : 18)
      if takes {
        let least = list.indices.min { (list[$0].time, $0) < (list[$1].time, $1) }
        let expected = least.map { list.remove(at: $0) }
        #expect(queue.next() == expected?.event)
        if let expected { #expect(queue.now.nanoseconds == expected.time) }
      } else {
        let time = queue.now.nanoseconds + random.next() % 50
        queue.schedule(scheduled, at: SimTime(nanoseconds: time))
        list.append((time, scheduled))
        scheduled += 1
      }
      #expect(queue.count == list.count)
    }
  }

  // Deep enough for the part of the heap that reads ahead.
  @Test("a large queue is in order from the first event to the last")
  func large() {
    var random = SplitMix(seed: 3)
    var queue = EventQueue<UInt32>()
    for index in 0..<200_000 {
      queue.schedule(UInt32(index), at: SimTime(nanoseconds: random.next() >> 40))
    }
    var last = SimTime.zero
    var inOrder = true
    var taken = 0
    while queue.next() != nil {
      inOrder = inOrder && queue.now >= last
      last = queue.now
      taken += 1
      // Every third event schedules another, so that places are filled anew, too.
      if taken % 3 == 0 && taken < 100_000 {
        queue.schedule(0, after: SimDuration(nanoseconds: random.next() >> 42))
      }
    }
    #expect(inOrder)
    #expect(taken == 200_000 + 33_333)
  }

  private func drain(_ queue: inout EventQueue<UInt32>) -> [UInt32] {
    var events: [UInt32] = []
    while let event = queue.next() { events.append(event) }
    return events
  }
}

/// A small generator with a seed (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
