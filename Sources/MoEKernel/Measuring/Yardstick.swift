public import Units

/// One product of a fixed size, run now and then to see whether the machine is as quick as before.
///
/// A processor that is too warm, or whose clock others lower, shows here first.
public final class Yardstick {
  private let layer: LinearLayer
  private static let side = 640

  public init(team: WorkerTeam) {
    layer = LinearLayer(rows: Self.side, inputs: Self.side, outputs: Self.side, team: team)
    layer.input.fill { 0.5 }
    layer.weights.fill { 0.25 }
    layer.forward()
  }

  /// The time of the product, the best of five runs.
  public func time() -> Seconds {
    var best = Seconds(.infinity)
    for _ in 0..<5 {
      layer.forward()
      best = min(best, layer.executed.forward[0].time)
    }
    return best
  }
}
