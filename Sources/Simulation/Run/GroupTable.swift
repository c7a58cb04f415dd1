import CostModel
import Parallelism

/// The groups of rank classes that communicate, counted through.
struct GroupTable {
  private let memberLists: [[Int]]
  /// By stream and rank class.
  private let groupOf: [[Int32]]

  var count: Int { memberLists.count }

  init(_ classes: RankClasses) {
    var lists: [[Int]] = []
    groupOf = ScriptStep.Stream.allCases.map { stream in
      var groupOf = Array(repeating: Int32(-1), count: classes.count)
      for stage in 0..<classes.stages {
        for lanes in classes.groups(stream) {
          let members = lanes.map { classes.index(lane: $0, stage: stage) }
          for member in members { groupOf[member] = Int32(lists.count) }
          lists.append(members)
        }
      }
      return groupOf
    }
    memberLists = lists
  }

  func members(_ group: Int) -> [Int] { memberLists[group] }

  func group(_ stream: ScriptStep.Stream, of rank: Int) -> Int {
    Int(groupOf[stream.rawValue][rank])
  }
}
