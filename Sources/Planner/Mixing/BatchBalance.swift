import Numerics

/// One of several pools that share a batch.
struct BatchSharer {
  /// Sequences that one more micro-batch on each of its replicas adds.
  let portion: Int
  /// The numbers of micro-batches that it can run, rising; never empty.
  let counts: [Int]
  /// The time that a number of micro-batches takes; it never falls.
  let time: (Int) -> Double

  /// The sequences that it finishes within a time, fractions of micro-batches allowed: a line between
  /// neighbouring counts, and the first of these lines below the least count.
  func sequences(within limit: Double) -> Double {
    let index = lastIndex(within: limit)
    guard index >= 0 else {
      let first = counts[0]
      let pace =
        counts.count > 1
        ? (time(counts[1]) - time(first)) / Double(counts[1] - first) : time(first) / Double(first)
      return Double(portion) * max(0, Double(first) - (time(first) - limit) / pace)
    }
    let count = counts[index]
    guard index + 1 < counts.count else { return Double(portion * count) }
    let (now, next) = (time(count), time(counts[index + 1]))
    let part = next > now ? (limit - now) / (next - now) : 0
    return Double(portion) * (Double(count) + part * Double(counts[index + 1] - count))
  }

  /// The sequences that it finishes within a time in whole micro-batches.
  func wholeSequences(within limit: Double) -> Int {
    let index = lastIndex(within: limit)
    return index < 0 ? 0 : portion * counts[index]
  }

  /// The number of the largest count within a time; −1 where none is.
  func lastIndex(within limit: Double) -> Int {
    var (low, high) = (-1, counts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if time(counts[middle]) <= limit { low = middle } else { high = middle }
    }
    return low
  }
}

/// Splits a batch over pools so that they finish together.
enum BatchBalance {
  /// The time at which all pools finish if micro-batches could be split.
  ///
  /// It is the root of `Σ sequences(within: t) − batch`, which rises with t.
  static func time(
    batch: Int, upTo most: Double, sequences: [(Double) -> Double]
  ) throws -> Double {
    let missing = { (time: Double) in
      sequences.reduce(-Double(batch)) { $0 + $1(time) }
    }
    guard missing(most) > 0 else { return most }
    return try root(of: missing, from: 0, to: most)
  }

  /// The least time in which whole micro-batches finish a batch, a hair more at most.
  ///
  /// - Parameter most: A time that is enough.
  static func wholeTime(batch: Int, upTo most: Double, sequences: [(Double) -> Int]) -> Double {
    var (low, high) = (0.0, most)
    while high - low > 1e-9 * high {
      let middle = (low + high) / 2
      if sequences.reduce(0, { $0 + $1(middle) }) >= batch { high = middle } else { low = middle }
    }
    return high
  }

  /// The micro-batches of each pool that finish a batch soonest; 0 leaves a pool out.
  ///
  /// Whoever would finish its next portion first gets it, so that no other split ends sooner: each pool's
  /// next portion would end after the slowest pool.
  ///
  /// - Parameter start: A time that is too short for the batch: what fits into it is given at once.
  static func counts(batch: Int, over sharers: [BatchSharer], start: Double) -> [Int] {
    func dealt(_ indices: [Int]) -> Int {
      zip(sharers, indices).reduce(0) { $0 + ($1.1 < 0 ? 0 : $1.0.portion * $1.0.counts[$1.1]) }
    }
    var indices = sharers.map { $0.lastIndex(within: start) }
    if dealt(indices) >= batch { indices = sharers.map { _ in -1 } }
    while dealt(indices) < batch {
      let next = sharers.indices.filter { indices[$0] + 1 < sharers[$0].counts.count }
      let times = next.map { sharers[$0].time(sharers[$0].counts[indices[$0] + 1]) }
      guard let least = times.min(), let place = times.firstIndex(of: least) else { break }
      indices[next[place]] += 1
    }
    return zip(sharers, indices).map { $1 < 0 ? 0 : $0.counts[$1] }
  }

  /// The sequences of each pool, which add up to the batch: what the last portions have too much is taken
  /// from the slowest pool.
  static func sequences(batch: Int, counts: [Int], over sharers: [BatchSharer]) -> [Int] {
    var sequences = zip(sharers, counts).map { $0.portion * $1 }
    var excess = sequences.reduce(0, +) - batch
    let slowestFirst = sharers.indices.filter { counts[$0] > 0 }.sorted {
      (sharers[$1].time(counts[$1]), $0) < (sharers[$0].time(counts[$0]), $1)
    }
    for index in slowestFirst where excess > 0 {
      let taken = min(excess, sequences[index])
      sequences[index] -= taken
      excess -= taken
    }
    return sequences
  }
}
