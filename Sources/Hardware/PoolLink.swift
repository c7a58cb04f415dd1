public import Units

/// What joins pools of devices that train one model.
public struct PoolLink: Hashable, Sendable {
  /// What one device sends to another pool while all devices of its pool do so, in one direction.
  public var bandwidth: BytesPerSecond
  public var latency: Seconds

  public init(bandwidth: BytesPerSecond, latency: Seconds) {
    self.bandwidth = bandwidth
    self.latency = latency
  }

  /// The time in which pools sum gradients that each has summed and scattered over its own devices
  /// already: a ring of the `pools`, in which a device sends what it holds to one of each other pool.
  ///
  /// ```
  /// time = 2 (p − 1) / p · shard / bandwidth + 2 (p − 1) · latency
  /// ```
  ///
  /// - Parameter shard: What the fullest device holds of the gradients.
  public func sumTime(shard: Bytes, pools: Int) -> Seconds {
    let hops = Double(2 * (pools - 1))
    return shard * (hops / Double(pools)) / bandwidth + latency * hops
  }
}

extension Fabric {
  /// The fabric as a group of ranks sees it that spans several pools: between domains it goes at the pace of
  /// the slowest network interface of all pools, with the longest latency.
  ///
  /// Another fabric shares no scale-up domain with this one.
  ///
  /// - Parameter size: The number of this pool's devices.
  /// - Returns: Nil where a pool has no network.
  public func joined(with others: [Fabric], size: Int) -> Fabric? {
    var joined = self
    for other in others {
      guard let mine = joined.scaleOut, let its = other.scaleOut else { return nil }
      let slower = its.rate < mine.rate ? its : mine
      joined.scaleOut?.bandwidth = slower.bandwidth
      joined.scaleOut?.oversubscription = slower.oversubscription
      joined.scaleOut?.spineOversubscription = slower.spineOversubscription
      joined.scaleOut?.interfaceSharers = slower.interfaceSharers
      joined.scaleOut?.leafRanks = slower.leafRanks
      joined.scaleOut?.latency = its.latency.value > mine.latency.value ? its.latency : mine.latency
      if other.id != id { joined.scaleUp.domainSize = min(scaleUp.domainSize, size) }
    }
    return joined
  }
}
