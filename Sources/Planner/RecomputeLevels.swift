import Parallelism

/// Levels of recomputation, and which of them repeat at least what another repeats: those take at least as
/// long, whatever they save.
struct RecomputeLevels {
  /// No level comes after one that repeats more.
  let levels: [Recompute]
  /// By level, the levels that repeat at least as much, itself among them.
  private let more: [Marks]

  /// Some of the levels, a bit each: there are at most as many as sets of parts, with none and full.
  struct Marks {
    private var bits: UInt32

    init(_ indices: some Sequence<Int>) { bits = indices.reduce(0) { $0 | 1 << UInt32($1) } }

    func contains(_ index: Int) -> Bool { bits >> UInt32(index) & 1 == 1 }

    mutating func subtract(_ other: Self) { bits &= ~other.bits }
  }

  init(_ levels: [Recompute]) {
    var seen: Set<Recompute> = []
    let unlike = levels.filter { seen.insert($0).inserted }
    precondition(unlike.count <= UInt32.bitWidth, "there are few sets of parts")
    // A sort that keeps the order of equals.
    let order = unlike.indices.sorted { (unlike[$0].extent, $0) < (unlike[$1].extent, $1) }
    let sorted = order.map { unlike[$0] }
    self.levels = sorted
    more = sorted.map { level in
      Marks(sorted.indices.filter { sorted[$0].repeats(atLeast: level) })
    }
  }

  var indices: Range<Int> { levels.indices }

  var all: Marks { Marks(indices) }

  /// The levels that repeat at least as much as one of them.
  func more(than index: Int) -> Marks { more[index] }
}

extension Recompute {
  /// More for whatever repeats more.
  fileprivate var extent: Double {
    switch self {
    case .none: 0
    case .selective(let parts): Double(parts.list.count)
    case .share(let share): share
    case .full: Double(RecomputePart.allCases.count + 1)
    }
  }

  /// Whether all that another level repeats is repeated.
  fileprivate func repeats(atLeast other: Self) -> Bool {
    switch (self, other) {
    case (_, .none), (.full, _): true
    case (.selective(let mine), .selective(let others)): mine.isSuperset(of: others)
    case (.share(let mine), .share(let other)): mine >= other
    default: false
    }
  }
}
