/// The lane that timeline, trace and picture show: one rank of each stage.
public struct ShownLane: Sendable {
  public var index: Int
  /// Whether any of its ranks has a slow link that not all have.
  public var isSlow: Bool
  /// Its rank in the first stage, and how many ranks lie between two stages.
  public var firstRank: Int
  public var stageRanks: Int

  public init(index: Int, firstRank: Int, isSlow: Bool = false, stageRanks: Int) {
    self.index = index
    self.isSlow = isSlow
    self.firstRank = firstRank
    self.stageRanks = stageRanks
  }

  func rank(_ stage: Int) -> Int { firstRank + stage * stageRanks }
}
