/// The lane that timeline, trace and picture show: one rank of each stage.
public struct ShownLane: Sendable {
  public var index: Int
  /// Its rank in the first stage, and how many ranks lie between two stages.
  public var firstRank: Int
  public var stageRanks: Int

  public init(index: Int, firstRank: Int, stageRanks: Int) {
    self.index = index
    self.firstRank = firstRank
    self.stageRanks = stageRanks
  }

  func rank(_ stage: Int) -> Int { firstRank + stage * stageRanks }
}
