import Glibc

/// Numbers in a heap, the smallest first, in memory of its own.
///
/// A node has four children, which fill one cache line, so that a walk down the heap takes half the
/// steps of a binary one and loads one line a step. Comparisons pick a child by arithmetic: a branch
/// there would be guessed wrong every other time.
struct EventHeap: ~Copyable {
  /// The time of an event above, what orders events of one instant below.
  typealias Key = UInt128

  /// Where the root lies, so that the children of node `i`, `4 i + 1` to `4 i + 4`, start at a
  /// multiple of four.
  private static var offset: Int { 3 }
  private static var cacheLine: Int { 64 }
  /// Nodes from here on seldom lie in a core's own cache: their lines are asked for a step ahead.
  private static var distant: Int { 1 << 10 }

  private(set) var count = 0
  private var capacity: Int
  private var memory: UnsafeMutablePointer<Key>
  /// What was read ahead. Nobody needs it, but a load that nobody stores is no load at all.
  private var readAhead: UInt32 = 0

  init(capacity: Int) {
    self.capacity = max(4, capacity)
    memory = Self.allocate(self.capacity)
  }

  deinit { memory.deallocate() }

  /// The smallest number. The heap must not be empty.
  var first: Key { memory[Self.offset] }

  /// Adds a number.
  mutating func insert(_ key: Key) {
    if count == capacity { grow() }
    let keys = memory + Self.offset
    var place = count
    count += 1
    while place > 0 {
      let parent = (place - 1) / 4
      guard key < keys[parent] else { break }
      keys[place] = keys[parent]
      place = parent
    }
    keys[place] = key
  }

  /// Removes the smallest number. The heap must not be empty.
  mutating func removeFirst() {
    count -= 1
    if count > 0 { replaceFirst(memory[Self.offset + count]) }
  }

  /// Puts a number in the place of the smallest one: one walk instead of a removal and an insertion.
  mutating func replaceFirst(_ key: Key) {
    let keys = memory + Self.offset
    let whole = count - 3
    let near = min(whole, Self.distant)
    var place = 0
    var child = 1
    while child < near {
      let smallest = Self.smallest(keys, child)
      guard keys[smallest] < key else {
        keys[place] = key
        return
      }
      keys[place] = keys[smallest]
      place = smallest
      child = 4 * smallest + 1
    }
    if child < whole { place = sinkFar(key, from: place) }
    keys[sinkLast(key, from: place)] = key
  }

  /// The end of a walk at a node with fewer than four children.
  private func sinkLast(_ key: Key, from place: Int) -> Int {
    let keys = memory + Self.offset
    let child = 4 * place + 1
    guard child < count, child + 3 >= count else { return place }
    var smallest = child
    for other in child + 1..<count where keys[other] < keys[smallest] { smallest = other }
    guard keys[smallest] < key else { return place }
    keys[place] = keys[smallest]
    return smallest
  }

  /// The walk of `replaceFirst` where nodes have left the core's own cache. It asks for the four lines
  /// of a node's grandchildren before it is known which of them is needed: else it would wait for
  /// memory at every step.
  ///
  /// - Returns: The place at which it ends: below it are later keys, or fewer than four.
  @inline(never)
  private mutating func sinkFar(_ key: Key, from start: Int) -> Int {
    let keys = memory + Self.offset
    var place = start
    var child = 4 * place + 1
    var ahead: UInt32 = 0
    while child + 3 < count {
      let grandchildren = 4 * child + 1
      if grandchildren + 15 < count { ahead &+= Self.readLines(keys + grandchildren) }
      let smallest = Self.smallest(keys, child)
      guard keys[smallest] < key else { break }
      keys[place] = keys[smallest]
      place = smallest
      child = 4 * smallest + 1
    }
    readAhead = ahead
    return place
  }

  /// The node with the smallest of four keys from `child` on.
  @inline(__always)
  private static func smallest(_ keys: UnsafeMutablePointer<Key>, _ child: Int) -> Int {
    let left = child + (keys[child + 1] < keys[child] ? 1 : 0)
    let right = child + 2 + (keys[child + 3] < keys[child + 2] ? 1 : 0)
    return left + (right - left) * (keys[right] < keys[left] ? 1 : 0)
  }

  @inline(__always)
  private static func readLines(_ keys: UnsafeMutablePointer<Key>) -> UInt32 {
    let lines = UnsafeRawPointer(keys)
    return lines.load(as: UInt32.self)
      &+ lines.load(fromByteOffset: cacheLine, as: UInt32.self)
      &+ lines.load(fromByteOffset: 2 * cacheLine, as: UInt32.self)
      &+ lines.load(fromByteOffset: 3 * cacheLine, as: UInt32.self)
  }

  @inline(never)
  private mutating func grow() {
    let larger = Self.allocate(2 * capacity)
    (larger + Self.offset).update(from: memory + Self.offset, count: count)
    memory.deallocate()
    memory = larger
    capacity *= 2
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Key> {
    .allocateQuick(capacity: capacity + offset)
  }
}

extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  /// Memory that starts with a cache line. A large piece asks the system for large pages, because
  /// nearly every access to a large heap is on another page.
  static func allocateQuick(capacity: Int) -> Self {
    let cacheLine = 64
    let hugePage = 1 << 21
    let bytes = capacity * MemoryLayout<Pointee>.stride
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: bytes >= hugePage ? hugePage : cacheLine)
    if bytes >= hugePage { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
    return raw.bindMemory(to: Pointee.self, capacity: capacity)
  }
}
