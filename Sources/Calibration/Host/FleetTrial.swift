public import Hardware
public import Units

/// A fleet of this machine that trained a model: what that took, and what its profile had said.
public struct TrainedFleet: Sendable {
  /// The name by which tables know it, such as `host-1`.
  public var name: String
  public var cores: Int
  /// The fleet whose hourly price it bears.
  public var pricedAs: String
  public var price: Price
  public var tokens: Tokens
  /// Of the last step, in nats a token.
  public var loss: Double
  public var measured: Seconds
  /// By the profile that was fitted to its kernels, before it trained.
  public var predicted: HostPrediction.Times

  public init(
    name: String, cores: Int, pricedAs: String, price: Price, tokens: Tokens, loss: Double,
    measured: Seconds, predicted: HostPrediction.Times
  ) {
    self.name = name
    self.cores = cores
    self.pricedAs = pricedAs
    self.price = price
    self.tokens = tokens
    self.loss = loss
    self.measured = measured
    self.predicted = predicted
  }

  /// price · time
  public func cost(of time: Seconds) -> Money { price.rate.value * time }
}

/// One training on a strong fleet of this machine and on a weaker, cheaper one.
public struct FleetTrial: Sendable {
  public var strong: TrainedFleet
  public var weak: TrainedFleet

  public init(strong: TrainedFleet, weak: TrainedFleet) {
    self.strong = strong
    self.weak = weak
  }

  /// 1 − cost on the weaker fleet ÷ cost on the strong one.
  ///
  /// - Parameter time: Where the times come from: measured, or one of the predictions.
  public func saving(_ time: (TrainedFleet) -> Seconds) -> Double {
    1 - weak.cost(of: time(weak)) / strong.cost(of: time(strong))
  }
}
