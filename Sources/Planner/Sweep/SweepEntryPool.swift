import Foundation

/// Entries of a sweep that no core works on, but whose rows are not all answered: the core that answers the
/// next of them finds their costs at hand.
final class SweepEntryPool: @unchecked Sendable {
  private let lock = NSLock()
  private var idle: [(entry: SweepEntry, number: Int)] = []

  /// Takes an entry out.
  func take(_ number: Int) -> SweepEntry? {
    lock.withLock {
      idle.lastIndex { $0.number == number }.map { idle.remove(at: $0).entry }
    }
  }

  /// Puts an entry back; those before it are done, or will be made again.
  func give(_ entry: SweepEntry, _ number: Int) {
    lock.withLock {
      idle.removeAll { $0.number < number }
      idle.append((entry, number))
    }
  }
}
