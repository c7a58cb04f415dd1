import Testing

@testable import Planner

@Suite("The balance of a batch over pools")
struct BatchBalanceTests {
  /// `start + each · micro-batches`, with 4 replicas of one sequence.
  private func sharer(_ start: Double, _ each: Double, portion: Int = 4) -> BatchSharer {
    BatchSharer(portion: portion, counts: Array(1...1000), time: { start + each * Double($0) })
  }

  private func balanced(_ sharers: [BatchSharer], _ batch: Int) throws -> Double {
    try BatchBalance.time(
      batch: batch, upTo: sharers.map { $0.time(1000) }.min() ?? 0,
      sequences: sharers.map { $0.sequences(within:) })
  }

  @Test("a pool of half the time gets twice the sequences, and both end together")
  func byHand() throws {
    // 4 (t / 1) + 4 (t / 2) = 96 gives t = 16: 64 sequences in 16 micro-batches of 1 s, 32 in 8 of 2 s.
    let sharers = [sharer(0, 1), sharer(0, 2)]
    #expect(abs(try balanced(sharers, 96) - 16) < 1e-8)
    let counts = BatchBalance.counts(batch: 96, over: sharers, start: 0)
    #expect(counts == [16, 8])
    #expect(BatchBalance.sequences(batch: 96, counts: counts, over: sharers) == [64, 32])
  }

  @Test("time that does not depend on the share counts")
  func startUp() throws {
    // 4 (t − 4) / 1 + 4 t / 2 = 96 gives 6 t = 112.
    let sharers = [sharer(4, 1), sharer(0, 2)]
    #expect(abs(try balanced(sharers, 96) - 112.0 / 6) < 1e-8)
  }

  @Test("whole micro-batches end within one of each other, never sooner than fractions would")
  func whole() throws {
    for batch in [10, 97, 333, 1024] {
      for each in [0.3, 0.9, 1.7, 5.3] {
        let sharers = [sharer(2, 1), sharer(0.5, each, portion: 6), sharer(1, 2.9, portion: 3)]
        let best = try balanced(sharers, batch)
        let counts = BatchBalance.counts(batch: batch, over: sharers, start: 0.9 * best)
        let slowest = zip(sharers, counts).map { $1 == 0 ? 0 : $0.time($1) }.max() ?? 0
        #expect(slowest >= best * (1 - 1e-9))
        for (sharer, count) in zip(sharers, counts) { #expect(sharer.time(count + 1) >= slowest) }
        let sequences = BatchBalance.sequences(batch: batch, counts: counts, over: sharers)
        #expect(sequences.reduce(0, +) == batch)
        for index in sharers.indices {
          #expect((0...sharers[index].portion * counts[index]).contains(sequences[index]))
        }
      }
    }
  }

  @Test("no other whole split ends sooner")
  func exhaustive() {
    let sharers = [sharer(2, 1), sharer(0.5, 1.7, portion: 6)]
    let counts = BatchBalance.counts(batch: 60, over: sharers, start: 0)
    let slowest = zip(sharers, counts).map { $0.time($1) }.max() ?? 0
    for first in 0...15 {
      let second = (60 - 4 * first + 5) / 6
      let time = max(
        first == 0 ? 0 : sharers[0].time(first), second == 0 ? 0 : sharers[1].time(second))
      #expect(time >= slowest)
    }
  }

  @Test("one more pool never makes the batch take longer")
  func morePools() throws {
    let all = [sharer(2, 1), sharer(0, 3), sharer(9, 0.2), sharer(50, 50)]
    var last = Double.infinity
    for count in 1...all.count {
      let some = Array(all.prefix(count))
      let counts = BatchBalance.counts(batch: 250, over: some, start: 0)
      let slowest = zip(some, counts).map { $1 == 0 ? 0 : $0.time($1) }.max() ?? 0
      #expect(slowest <= last)
      last = slowest
    }
  }

  @Test("a pool whose first micro-batch would end last gets none")
  func leftOut() {
    let counts = BatchBalance.counts(batch: 40, over: [sharer(0, 1), sharer(100, 1)], start: 0)
    #expect(counts == [10, 0])
  }

  @Test("schedules that ask for whole groups of micro-batches get them")
  func groups() {
    let grouped = BatchSharer(
      portion: 4, counts: [8, 16, 24, 32], time: { Double($0) })
    let counts = BatchBalance.counts(batch: 100, over: [grouped, sharer(0, 1)], start: 0)
    #expect(counts[0] % 8 == 0 && 4 * (counts[0] + counts[1]) >= 100)
  }
}
