/// Ranks that communicate with each other, evenly spaced in the order of ranks.
public struct RankGroup: Hashable, Sendable {
  public var size: Int
  /// The distance between neighbours, in ranks.
  public var stride: Int

  public init(size: Int, stride: Int) {
    precondition(size >= 1 && stride >= 1, "a group has at least one rank and a positive stride")
    self.size = size
    self.stride = stride
  }

  /// The number of the group's ranks that share one scale-up domain of `domainSize` ranks.
  ///
  /// Domains are filled in the order of ranks, groups one after another. Where neither the group's
  /// span nor the domain divides the other, some groups straddle a border: the count is then of the
  /// largest run that no border ever cuts, so the group is never taken to be closer together than it
  /// is.
  public func ranksPerDomain(of domainSize: Int) -> Int {
    let span = size * stride
    let whole = span % domainSize == 0 || domainSize % span == 0
    let run = whole ? min(span, domainSize) : greatestCommonDivisor(span, domainSize)
    return min(size, max(1, run / stride))
  }

  /// The number of domains that the group touches.
  public func domains(of domainSize: Int) -> Int {
    let perDomain = ranksPerDomain(of: domainSize)
    return (size + perDomain - 1) / perDomain
  }
}

private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}

/// Where each group of a plan lies in the order of ranks.
///
/// Megatron-Core's order: tensor innermost, then context, then data, and pipeline outermost; on the
/// expert side expert-tensor innermost, then expert, then expert-data.
extension ParallelPlan {
  public var tensorGroup: RankGroup { RankGroup(size: tensor, stride: 1) }

  public var contextGroup: RankGroup { RankGroup(size: context, stride: tensor) }

  /// The ranks that hold the same attention-side weights: data times context, and both copies of a
  /// stage where the schedule keeps two.
  public var gradientGroup: RankGroup {
    RankGroup(size: data * context * weightCopies, stride: tensor)
  }

  public var expertTensorGroup: RankGroup { RankGroup(size: expertTensor, stride: 1) }

  public var expertGroup: RankGroup { RankGroup(size: expert, stride: expertTensor) }

  /// The ranks that hold the same expert weights.
  public var expertGradientGroup: RankGroup {
    RankGroup(size: expertData * weightCopies, stride: expertTensor * expert)
  }

  public var pipelineGroup: RankGroup {
    RankGroup(size: pipeline, stride: tensor * context * data)
  }
}
