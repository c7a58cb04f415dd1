import Workload

/// Chooses the experts of one token after another, in memory of its own.
///
/// Experts that tie are taken in their order. Scores that are not numbers choose some experts all
/// the same: never one twice, and never none.
final class ExpertChooser {
  private let count: Int
  private let topK: Int
  private let groups: Int
  private let visited: Int
  private let groupRank: RoutingRule.GroupRank
  private let candidates: UnsafeMutablePointer<Float>
  private let eligible: UnsafeMutablePointer<Bool>
  private let groupScores: UnsafeMutablePointer<Float>
  private let eligibleGroups: UnsafeMutablePointer<Bool>

  init(_ experts: ExpertLayer, rule: RoutingRule) {
    count = experts.count
    topK = experts.topK
    groups = rule.groups
    visited = rule.visitedGroups(experts)
    groupRank = rule.groupRank
    candidates = .allocate(capacity: count)
    eligible = .allocate(capacity: count)
    groupScores = .allocate(capacity: groups)
    eligibleGroups = .allocate(capacity: groups)
  }

  deinit {
    candidates.deallocate()
    eligible.deallocate()
    groupScores.deallocate()
    eligibleGroups.deallocate()
  }

  /// Writes the chosen experts, best first.
  ///
  /// - Parameters:
  ///   - scores: One for each expert.
  ///   - bias: Added to the scores for the choice alone.
  func choose(
    scores: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>,
    into choices: UnsafeMutablePointer<Int32>
  ) {
    forEachStretch(count) { candidates[$0] = scores[$0] + bias[$0] }
    eligible.update(repeating: visited == groups, count: count)
    if visited < groups { admitGroups() }
    for slot in 0..<topK {
      let expert = best(candidates, among: eligible, count: count)
      eligible[expert] = false
      choices[slot] = Int32(truncatingIfNeeded: expert)
    }
  }

  /// Makes the experts of the best groups eligible.
  private func admitGroups() {
    let size = count / groups
    for group in 0..<groups { groupScores[group] = rank(candidates + group * size, size) }
    eligibleGroups.update(repeating: true, count: groups)
    for _ in 0..<visited {
      let group = best(groupScores, among: eligibleGroups, count: groups)
      eligibleGroups[group] = false
      (eligible + group * size).update(repeating: true, count: size)
    }
  }

  private func rank(_ scores: UnsafeMutablePointer<Float>, _ size: Int) -> Float {
    var first = -Float.infinity
    var second = -Float.infinity
    for index in 0..<size {
      if scores[index] > first {
        second = first
        first = scores[index]
      } else if scores[index] > second {
        second = scores[index]
      }
    }
    switch groupRank {
    case .best: return first
    case .bestTwo: return size > 1 ? first + second : first
    }
  }

  private func best(
    _ scores: UnsafeMutablePointer<Float>, among eligible: UnsafeMutablePointer<Bool>, count: Int
  ) -> Int {
    var best = -1
    for index in 0..<count where eligible[index] {
      if best < 0 || scores[index] > scores[best] { best = index }
    }
    return best
  }
}
