/// Splits tokens over pools that train one after the other.
///
/// A pool's tokens cost what its devices cost while they train. What is sought is the least
/// `Σ cost · tokens` within bounds of each pool and a limit of `Σ time · tokens`: a linear programme. Its
/// optimum lies where `cost + λ · time` ranks the pools for some worth of time λ, or between two neighbouring
/// ranks; so all ranks are tried, from λ = 0 on.
struct PhaseSplit {
  /// One pool, per token.
  struct Pool {
    var cost: Double
    var time: Double
    /// The most tokens that it may train on.
    var most: Double
  }

  let pools: [Pool]

  /// The tokens of each pool; nil where they may not train on all tokens, or not in that time.
  func tokens(_ all: Double, within limit: Double = .infinity) -> [Double]? {
    guard pools.reduce(0, { $0 + $1.most }) >= all else { return nil }
    var last: [Double]?
    for worth in worths {
      let now = filled(all, worth: worth)
      guard time(now) > limit else {
        guard let last else { return now }
        // Between two ranks cost and time go along a line.
        let part = (time(last) - limit) / (time(last) - time(now))
        return zip(last, now).map { $0 + part * ($1 - $0) }
      }
      last = now
    }
    return nil
  }

  func time(_ tokens: [Double]) -> Double {
    zip(pools, tokens).reduce(0) { $0 + $1.0.time * $1.1 }
  }

  func cost(_ tokens: [Double]) -> Double {
    zip(pools, tokens).reduce(0) { $0 + $1.0.cost * $1.1 }
  }

  /// Tokens to the pools that are cheapest first, when time has a worth.
  private func filled(_ all: Double, worth: Double) -> [Double] {
    let price = pools.map { worth.isFinite ? $0.cost + worth * $0.time : $0.time }
    var tokens = pools.map { _ in 0.0 }
    var left = all
    // Of equally good pools the cheaper one comes first.
    for index in pools.indices.sorted(by: {
      (price[$0], pools[$0].cost, $0) < (price[$1], pools[$1].cost, $1)
    }) {
      tokens[index] = min(left, pools[index].most)
      left -= tokens[index]
    }
    return tokens
  }

  /// A worth of time for each rank of the pools that some worth makes, rising.
  private var worths: [Double] {
    var crossings: [Double] = []
    for (index, one) in pools.enumerated() {
      for other in pools[(index + 1)...] where one.time != other.time {
        let worth = (other.cost - one.cost) / (one.time - other.time)
        if worth > 0 { crossings.append(worth) }
      }
    }
    crossings.sort()
    let between = zip(crossings, crossings.dropFirst()).map { ($0 + $1) / 2 }
    return [0] + between + [.infinity]
  }
}
