public import Units

/// A kind of collective communication.
public enum CollectiveKind: String, CaseIterable, Sendable {
  case allReduce = "all_reduce"
  case allGather = "all_gather"
  case reduceScatter = "reduce_scatter"
  case allToAll = "all_to_all"
}

/// The time of a collective inside one domain: the quickest of the library's protocols.
/// ```
/// wire = (n − 1) / n · payload                (twice that for an all-reduce)
/// time = min over protocols (latency + latencyPerStep · (n − 1)
///                            + wire / (link · efficiency) · (n / 2)^crowding)
/// ```
/// `wire` is what one rank sends. `crowding` is 0 where links are the ranks' own, and above 0 where
/// they share a host's.
public struct CollectiveCurve: Sendable {
  public struct CommunicationProtocol: Sendable {
    public var latency: Seconds
    public var latencyPerStep: Seconds
    /// Fraction of the link's rate.
    public var efficiency: Double

    public init(latency: Seconds, latencyPerStep: Seconds, efficiency: Double) {
      self.latency = latency
      self.latencyPerStep = latencyPerStep
      self.efficiency = efficiency
    }
  }

  public var protocols: [CommunicationProtocol]
  public var crowding: Double
  /// Fraction of the network interface's rate that the same collective gets between domains.
  public var scaleOutEfficiency: Double
  public var quality: FitQuality?
  public var correction: CorrectionGrid?

  public init(
    protocols: [CommunicationProtocol], crowding: Double = 0, scaleOutEfficiency: Double,
    quality: FitQuality? = nil, correction: CorrectionGrid? = nil
  ) {
    self.protocols = protocols
    self.crowding = crowding
    self.scaleOutEfficiency = scaleOutEfficiency
    self.quality = quality
    self.correction = correction
  }
}

/// The time of an expert exchange by kernels that send tokens directly, one curve a phase.
///
/// Inside one domain and between domains different kernels run; where nobody measured the second,
/// the first stands in.
public struct ExchangeCurve: Sendable {
  public var dispatch: ExchangePhaseCurve
  public var combine: ExchangePhaseCurve
  public var dispatchBetweenDomains: ExchangePhaseCurve?
  public var combineBetweenDomains: ExchangePhaseCurve?
  /// Compute units that copy, where nobody says another number.
  public var computeUnits: Double
  /// Ranks of one domain in the tables that the curves were fitted on.
  public var ranksPerDomain: Int
  /// What the tables' own network did from a number of domains on. Curves are for a network that
  /// does not block; another network's blocking is told in its `Fabric`.
  public var tableNetwork: TableNetwork?

  /// A network that gives a rank only a share of its interface's rate in large groups.
  public struct TableNetwork: Hashable, Sendable {
    public var domains: Int
    public var share: Double

    public init(domains: Int, share: Double) {
      self.domains = domains
      self.share = share
    }
  }

  public init(
    dispatch: ExchangePhaseCurve, combine: ExchangePhaseCurve,
    dispatchBetweenDomains: ExchangePhaseCurve? = nil,
    combineBetweenDomains: ExchangePhaseCurve? = nil, computeUnits: Double = 20,
    ranksPerDomain: Int = 8, tableNetwork: TableNetwork? = nil
  ) {
    self.dispatch = dispatch
    self.combine = combine
    self.dispatchBetweenDomains = dispatchBetweenDomains
    self.combineBetweenDomains = combineBetweenDomains
    self.computeUnits = computeUnits
    self.ranksPerDomain = ranksPerDomain
    self.tableNetwork = tableNetwork
  }
}

/// The time of a dispatch or a combine, limited by the units that copy, by the link inside the
/// domain, or by the interface between domains.
/// ```
/// bytes   = tokens · hidden · element
/// copying = (bytes (1 + copyShare · ranks visited) / unitRate
///            + tokens (perToken + top-k · perChoice)) / units^unitExponent
/// inside  = bytes · copies inside / (link · scaleUpEfficiency)
/// outside = bytes · copies outside / (interface · scaleOutEfficiency)
/// time    = launch + (copying^blend + inside^blend + outside^blend)^(1 / blend)
/// ```
public struct ExchangePhaseCurve: Sendable {
  public var launch: Seconds
  /// What the copying costs a compute unit; nil where engines copy that are not the limit.
  public var copying: CopyCost?
  public var scaleUpEfficiency: Double
  public var scaleOutEfficiency: Double
  public var blend: Double
  public var quality: FitQuality?
  /// Multiplied together.
  public var corrections: [CorrectionGrid]

  public init(
    launch: Seconds, copying: CopyCost? = nil, scaleUpEfficiency: Double,
    scaleOutEfficiency: Double, blend: Double = 8, quality: FitQuality? = nil,
    corrections: [CorrectionGrid] = []
  ) {
    self.launch = launch
    self.copying = copying
    self.scaleUpEfficiency = scaleUpEfficiency
    self.scaleOutEfficiency = scaleOutEfficiency
    self.blend = blend
    self.quality = quality
    self.corrections = corrections
  }

  /// What sending tokens costs one compute unit.
  public struct CopyCost: Sendable {
    public var unitRate: BytesPerSecond
    public var unitExponent: Double
    /// Part of a token's bytes that each visited rank adds.
    public var copyShare: Double
    public var perToken: Seconds
    public var perChoice: Seconds

    public init(
      unitRate: BytesPerSecond, unitExponent: Double, copyShare: Double, perToken: Seconds,
      perChoice: Seconds
    ) {
      self.unitRate = unitRate
      self.unitExponent = unitExponent
      self.copyShare = copyShare
      self.perToken = perToken
      self.perChoice = perChoice
    }
  }
}
