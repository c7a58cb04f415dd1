/// Buckets of equal width, and the events in each, in no order of time.
struct LadderRung: ~Copyable {
  private(set) var start: UInt64 = 0
  /// The first instant beyond the last bucket, which may be narrower than the others.
  private(set) var end: UInt64 = 0
  /// The width of a bucket is 2 to the power of this.
  private(set) var shift = 0

  private var count = 0
  private var capacity = 64
  /// By bucket, the place of its newest event; -1 is none.
  private var newest: UnsafeMutablePointer<Int32>
  /// By bucket, a bit: whether it holds any.
  private var occupied: UnsafeMutablePointer<UInt64>
  /// All words of `occupied` before this one are zero.
  private var word = 0

  init() {
    newest = .allocateQuick(capacity: capacity)
    occupied = .allocateQuick(capacity: capacity / 64)
  }

  deinit {
    newest.deallocate()
    occupied.deallocate()
  }

  /// Starts anew with empty buckets.
  mutating func open(from start: UInt64, to end: UInt64, shift: Int) {
    self.start = start
    self.end = end
    self.shift = shift
    count = Int((end - start - 1) >> UInt64(shift)) + 1
    if count > capacity { grow() }
    newest.update(repeating: -1, count: count)
    occupied.update(repeating: 0, count: (count + 63) / 64)
    word = 0
  }

  /// Adds an event.
  ///
  /// - Returns: The event that was the newest of its bucket until now.
  @inline(__always)
  mutating func push(_ place: Int32, at time: UInt64) -> Int32 {
    let bucket = Int((time &- start) &>> UInt64(truncatingIfNeeded: shift))
    let next = newest[bucket]
    newest[bucket] = place
    occupied[bucket &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: bucket)
    return next
  }

  /// The first bucket that holds any. It must be emptied before anything else is added.
  @inline(__always)
  mutating func nextBucket() -> Int? {
    let words = (count &+ 63) &>> 6
    while word < words {
      let bits = occupied[word]
      if bits != 0 { return word &<< 6 &+ bits.trailingZeroBitCount }
      word &+= 1
    }
    return nil
  }

  /// Empties a bucket.
  ///
  /// - Returns: Its newest event.
  @inline(__always)
  mutating func empty(_ bucket: Int) -> Int32 {
    let place = newest[bucket]
    newest[bucket] = -1
    occupied[bucket &>> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: bucket))
    return place
  }

  @inline(__always)
  func bounds(of bucket: Int) -> (start: UInt64, end: UInt64) {
    let width = UInt64(truncatingIfNeeded: shift)
    return (
      start &+ UInt64(truncatingIfNeeded: bucket) &<< width,
      min(end, start &+ UInt64(truncatingIfNeeded: bucket &+ 1) &<< width)
    )
  }

  /// The newest event of a bucket whose turn comes a little later.
  @inline(__always)
  func newest(ahead bucket: Int) -> Int32 { newest[min(bucket &+ 8, count &- 1)] }

  private mutating func grow() {
    newest.deallocate()
    occupied.deallocate()
    while capacity < count { capacity *= 2 }
    newest = .allocateQuick(capacity: capacity)
    occupied = .allocateQuick(capacity: capacity / 64)
  }
}
