import Testing

@testable import Simulation

@Suite("The ladder queue")
struct LadderQueueTests {
  /// How long from an event to the next one, in nanoseconds.
  enum Law: CaseIterable {
    case uniform, exponential, bimodal, pareto, simultaneous, mostlyNone, changing

    /// - Parameter progress: From 0 to 1, how far a test has come.
    func draw(_ random: inout SplitMix, progress: Double) -> UInt64 {
      let part = Double(random.next() >> 11) * 0x1p-53
      return switch self {
      case .uniform: UInt64(part * 1e4)
      // A sum of bits of chance is geometric: nearly exponential.
      case .exponential: UInt64(random.next().leadingZeroBitCount) * 1000 + UInt64(part * 1000)
      case .bimodal: UInt64(part * (random.next() & 15 == 0 ? 1e7 : 1e3))
      case .pareto: UInt64(100 / (1 - part))
      case .simultaneous: 500
      case .mostlyNone: random.next() & 7 == 0 ? UInt64(part * 100) : 0
      // Delays a million times as long at the end as at the start.
      case .changing: UInt64(part * (progress < 0.5 ? 10 : 1e7))
      }
    }
  }

  @Test(
    "the order is that of the heap for all laws of delays and numbers of events",
    arguments: Law.allCases, [1, 3, 64, 1500])
  func sameAsHeap(law: Law, pending: Int) {
    var random = SplitMix(seed: UInt64(pending))
    var ladder = LadderQueue<UInt32>(capacity: 4)
    var heap = EventQueue<UInt32>(capacity: 4)
    var scheduled: UInt32 = 0
    func add(_ progress: Double) {
      let delay = SimDuration(nanoseconds: law.draw(&random, progress: progress))
      ladder.schedule(scheduled, after: delay)
      heap.schedule(scheduled, after: delay)
      scheduled += 1
    }
    for _ in 0..<pending { add(0) }
    let rounds = 12_000
    for round in 0..<rounds {
      let (event, expected) = (ladder.next(), heap.next())
      #expect(event == expected && ladder.now == heap.now, "round \(round)")
      guard event == expected, event != nil else { return }
      add(Double(round) / Double(rounds))
    }
    while let expected = heap.next() {
      let event = ladder.next()
      guard event == expected, ladder.now == heap.now, ladder.count == heap.count else {
        Issue.record("the end of the queue")
        return
      }
    }
    let rest = ladder.next()
    #expect(rest == nil)
  }

  // Grows to a few thousand events, drains to the last, and so on, on clocks of very unlike pace.
  @Test(
    "any mixture of scheduling and taking agrees with the heap",
    arguments: 1...12 as ClosedRange<UInt64>)
  func mixture(seed: UInt64) {
    var random = SplitMix(seed: seed)
    var ladder = LadderQueue<UInt32>(capacity: 4)
    var heap = EventQueue<UInt32>(capacity: 4)
    var grows = true
    var pace: UInt64 = 4
    for step in 0..<20_000 as Range<UInt32> {
      if step % 1500 == 0 {
        grows.toggle()
        pace = random.next() % 40
      }
      if random.next() & 7 < (grows ? 2 : 6) {
        let (event, expected) = (ladder.next(), heap.next())
        guard event == expected, ladder.now == heap.now, ladder.count == heap.count else {
          Issue.record(
            "step \(step): \(String(describing: event)) is not \(String(describing: expected))")
          return
        }
      } else {
        let delay = SimDuration(nanoseconds: random.next() & (1 << pace - 1))
        ladder.schedule(step, after: delay)
        heap.schedule(step, after: delay)
      }
    }
  }

  @Test("events of one instant come out in the order in which they were scheduled, however many")
  func ties() {
    var queue = LadderQueue<UInt32>()
    for index in 0..<5000 as Range<UInt32> {
      queue.schedule(index, at: SimTime(nanoseconds: index % 2 == 0 ? 7 : 8))
    }
    let taken = (0..<5000).compactMap { _ in queue.next() }
    #expect(taken == (0..<2500).map { 2 * $0 } + (0..<2500).map { 2 * $0 + 1 })
  }

  @Test("the ends of the clock's range are in order")
  func range() {
    var queue = LadderQueue<UInt32>()
    let last = SimTime(nanoseconds: 1 << 63 - 1)
    for round in 0..<40 as Range<UInt32> {
      queue.schedule(3 * round, at: last)
      queue.schedule(3 * round + 1, at: .zero)
      queue.schedule(3 * round + 2, at: SimTime(nanoseconds: 1 << 40))
    }
    let taken = (0..<120).compactMap { _ in queue.next() }
    let rounds = (0..<40 as Range<UInt32>).map { 3 * $0 }
    #expect(taken == rounds.map { $0 + 1 } + rounds.map { $0 + 2 } + rounds)
    #expect(queue.now == last)
  }
}
