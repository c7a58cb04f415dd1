import Hardware
import Units

/// How many nodes of a pool are in repair, and what that leaves of it, in the long run.
///
/// Stops take nodes out at random, each for its own time, whatever the others do. So the number is a compound
/// Poisson variable: where cause `k` comes at a rate λ_k and takes `n_k` nodes for a time T_k,
/// ```
/// p(0) = e^(−Σ λ_k T_k),   p(n) = 1/n Σ n_k λ_k T_k p(n − n_k)
/// ```
/// (Panjer 1981, doi:10.1017/S0515036100006796). Spares replace as many as there are of them; a job that lacks
/// one more waits, or goes on without the replicas that lack it.
struct NodesInRepair {
  /// The part of the time in which a job has nodes enough to run.
  private(set) var available = 0.0
  /// What it does in that time ÷ what it would with all nodes.
  private(set) var speed = 1.0
  /// The part of the time in which it lacks a node.
  private(set) var lacking = 0.0

  init(pool index: Int, of job: RunJob) {
    let pool = job.pools[index]
    let shrinks = job.conditions.shortage == .shrink
    var work = 0.0
    let chances = Self.chances(of: Self.absences(pool: index, of: job))
    for (nodes, chance) in chances.enumerated() {
      let missing = pool.missingShare(nodes: nodes - pool.spareNodes)
      if missing > 0 { lacking += chance }
      if missing == 0 || shrinks && missing < 1 {
        available += chance
        work += chance * (1 - missing)
      }
    }
    // A job that never runs has a time without meaning, which stays finite.
    available = max(available, 1e-12)
    speed = max(work, 1e-12) / available
  }

  /// By cause, the nodes that it takes and the mean number of times that it has them at once.
  private static func absences(pool index: Int, of job: RunJob) -> [(nodes: Int, load: Double)] {
    let pool = job.pools[index]
    let repair = pool.reliability.recovery.repair.value.value
    let slow = pool.reliability.slowNodes.map {
      $0.rate.value.value * Double(pool.devices) * repair
    }
    let stops = job.habits.filter { $0.pool == index && $0.nodes > 0 }
    return stops.map { ($0.nodes, $0.rate * $0.repair) } + (slow.map { [(1, $0)] } ?? [])
  }

  /// The probability of each number of nodes in repair, up to where hardly anything is left.
  private static func chances(of absences: [(nodes: Int, load: Double)]) -> [Double] {
    let mean = absences.reduce(0) { $0 + Double($1.nodes) * $1.load }
    let variance = absences.reduce(0) { $0 + Double($1.nodes * $1.nodes) * $1.load }
    let largest = absences.reduce(0) { max($0, $1.nodes) }
    guard mean > 0 else { return [1] }
    let most = min(1e6, mean + 10 * variance.squareRoot() + Double(largest))
    var chances = [1.0]
    for number in 1...max(1, Int(most)) {
      let sum = absences.reduce(0) { sum, absence in
        absence.nodes > number
          ? sum : sum + Double(absence.nodes) * absence.load * chances[number - absence.nodes]
      }
      chances.append(sum / Double(number))
      // Only their proportions count until the end.
      if sum > 1e200 { for index in chances.indices { chances[index] *= 1e-200 } }
    }
    let whole = chances.reduce(0, +)
    return chances.map { $0 / whole }
  }
}
