import Foundation

/// Computes something for each index on all cores, and hands the results over in the order of the
/// indices, so that sums over them do not depend on the number of threads.
///
/// No more than a few results wait at a time.
///
/// - Parameter threads: How many tasks run at once; 0 is one a core.
public func forEachInOrder<Result: Sendable>(
  _ indices: Range<Int>, threads: Int = 0,
  compute: @escaping @Sendable (Int) throws -> Result, body: (Result) async throws -> Void
) async rethrows {
  let limit = threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount
  try await withThrowingTaskGroup(of: (Int, Result).self) { group in
    var waiting: [Int: Result] = [:]
    var started = indices.lowerBound
    for expected in indices {
      while started < indices.upperBound, started < expected + 2 * limit,
        started - expected - waiting.count < limit
      {
        let index = started
        group.addTask { (index, try compute(index)) }
        started += 1
      }
      while waiting[expected] == nil, let (index, result) = try await group.next() {
        waiting[index] = result
        if started < indices.upperBound, started < expected + 2 * limit {
          let index = started
          group.addTask { (index, try compute(index)) }
          started += 1
        }
      }
      if let result = waiting.removeValue(forKey: expected) { try await body(result) }
    }
  }
}
