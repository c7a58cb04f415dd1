import Planner
import TrainingRun
import Units
import Workload

extension Catalog {
  /// The mixes of a scenario, held against its fleets and its tokens.
  func mixes(of file: ScenarioFile, _ gathered: inout Gathered) -> [FleetMix] {
    var seen: Set<String> = []
    return file.mixes.compactMap { entry in
      let before = gathered.faults.count
      if !seen.insert(entry.name.name).inserted {
        gathered.report(.name(.twice(name: entry.name.name)), at: entry.name.place)
      }
      checkPools(of: entry, in: file, &gathered)
      checkTokens(of: entry, in: file, &gathered)
      checkSaves(of: entry, in: file, &gathered)
      guard gathered.faults.count == before, let sharing = entry.shared else { return nil }
      return FleetMix(
        name: entry.name.name, pools: entry.pools.map(\.fleet.name), sharing: sharing)
    }
  }

  /// A pool is a fleet of the scenario, and none is two pools of one mix.
  private func checkPools(
    of entry: MixEntry, in file: ScenarioFile, _ gathered: inout Gathered
  ) {
    let names = file.fleets.map(\.id)
    var seen: Set<String> = []
    for pool in entry.pools {
      if !names.contains(pool.fleet.name) {
        gathered.report(.name(.unknownFleet(pool.fleet, among: names)), at: pool.fleet.place)
      } else if !seen.insert(pool.fleet.name).inserted {
        gathered.report(.name(.poolTwice(name: pool.fleet.name)), at: pool.fleet.place)
      }
    }
  }

  /// Pools that train side by side are one job, which saves as its first pool does: another way of a later pool
  /// would be read in vain.
  private func checkSaves(
    of entry: MixEntry, in file: ScenarioFile, _ gathered: inout Gathered
  ) {
    guard entry.sharing != .phases, let run = file.run, let first = entry.pools.first?.fleet.name
    else { return }
    let own = { (name: String) in file.fleets.first { $0.id == name }?.run.checkpoint }
    let common = CheckpointEntry(plan: run.conditions.checkpoint, storage: run.storage)
    for pool in entry.pools.dropFirst() {
      guard let saves = own(pool.fleet.name), saves != own(first) ?? common else { continue }
      gathered.report(
        .relation(.savesOfPool(pool: pool.fleet.name, first: first)), at: pool.fleet.place)
    }
  }

  /// Tokens are given to pools that take turns only, and to all together no more than there are.
  private func checkTokens(
    of entry: MixEntry, in file: ScenarioFile, _ gathered: inout Gathered
  ) {
    let all = file.totalTokens ?? file.training.recipe.tokens
    var given = Tokens.zero
    var isOpen = false
    for pool in entry.pools {
      if case .any = pool.limit {
        isOpen = true
        continue
      }
      if entry.sharing != .phases {
        gathered.report(.key(.onlyWith(["as: phases"])), at: pool.limitPlace)
        return
      }
      if case .exactly(let tokens) = pool.limit { given += tokens } else { isOpen = true }
    }
    guard entry.sharing == .phases else { return }
    // Sums of decimal numbers may be a hair off.
    let hair = 1e-9 * all
    if given > all + hair || (!isOpen && given < all - hair) {
      gathered.report(
        .relation(.tokensOfPools(given: given.value, all: all.value)), at: entry.poolsPlace)
    }
  }
}

extension MixEntry {
  /// Nil where what it needs is missing.
  fileprivate var shared: FleetMix.Sharing? {
    switch sharing {
    case .replicas: .replicas(link: link)
    case .stages: .stages(link: link)
    case .phases:
      transfer.map {
        .phases(FleetMix.Phases(limits: pools.map(\.limit), transfer: $0, deadline: deadline))
      }
    }
  }
}
