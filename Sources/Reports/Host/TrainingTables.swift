/// The loss of one step of a training, in nats a token.
public struct TrainingLossRow: Sendable {
  public var step: Int
  public var loss: Double

  public init(step: Int, loss: Double) {
    self.step = step
    self.loss = loss
  }

  public static func table(_ rows: [Self]) -> Table<Self> {
    Table(
      columns: [Column(count: "step", \.step), Column("loss", \.loss, decimals: 4)], rows: rows)
  }
}

/// How many choices of tokens fell on one expert in one step.
public struct ExpertLoadRow: Sendable {
  public var step: Int
  public var layer: Int
  public var expert: Int
  public var load: Int

  public init(step: Int, layer: Int, expert: Int, load: Int) {
    self.step = step
    self.layer = layer
    self.expert = expert
    self.load = load
  }

  public static func table(_ rows: [Self]) -> Table<Self> {
    Table(
      columns: [
        Column(count: "step", \.step), Column(count: "layer", \.layer),
        Column(count: "expert", \.expert), Column(count: "load", \.load),
      ], rows: rows)
  }
}
