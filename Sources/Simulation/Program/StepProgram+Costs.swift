import CostModel
import Parallelism
import Units
import Workload

extension StepProgram {
  /// The program of a step whose costs are known.
  ///
  /// - Parameters:
  ///   - loads: The drawn loads of expert layers; nil takes the expected load for all.
  ///   - expertRanks: Ranks of an expert group that are told apart; 1 takes the busiest for all.
  init(
    _ costs: StepCosts, _ scripts: PieceScripts, layout: StageLayout, loads: DrawnLoads?,
    expertRanks: Int
  ) throws {
    let plan = costs.plan
    self.init(orders: .planned(plan, microBatches: costs.microBatches), blocks: [])
    turningMicroBatch = plan.weightCopies > 1 ? costs.microBatches / 2 : nil
    exposedSend = SimDuration(costs.send.exposed)
    flight = SimDuration(costs.send.flight)
    sendTraffic = costs.sendTraffic
    tails = costs.tails.enumerated().map { Tail($1, costs.tailTraffic(stage: $0)) }
    memory = costs.memory().enumerated().map { stage, memory in
      Memory(
        states: memory.weights + memory.gradients + memory.optimizer,
        transient: costs.transient(stage: stage))
    }
    prefetch = scripts.prefetch
    self.expertRanks = expertRanks
    if let loads { try draw(loads, scripts) }
    var places: [PieceKind: Int] = [:]
    var layer = 0
    chunks = zip(layout.chunks, costs.chunks).map { share, cost in
      let blocks = share.pieces.map { kind -> BlockReference in
        if kind == .expertLayer, loads != nil {
          defer { layer += 1 }
          return .drawn(layer)
        }
        return .fixed(place(of: kind, scripts, &places))
      }
      return Chunk(blocks: blocks, kept: cost.saved, keptOnce: cost.savedOnce)
    }
  }

  private mutating func place(
    of kind: PieceKind, _ scripts: PieceScripts, _ places: inout [PieceKind: Int]
  ) -> Int {
    if let place = places[kind] { return place }
    guard let block = scripts[kind] else {
      preconditionFailure("a layout names only pieces that the model has")
    }
    blocks.append(block)
    places[kind] = blocks.count - 1
    return blocks.count - 1
  }

  /// Prices every load that was drawn, once.
  private mutating func draw(_ loads: DrawnLoads, _ scripts: PieceScripts) throws {
    var known: [SIMD2<Double>: Int32] = [:]
    drawn = []
    for layer in loads.layers {
      var places: [Int32] = []
      for ranks in layer {
        let busiest = ranks.max() ?? 1
        for load in expertRanks == 1 ? [busiest] : ranks {
          let key = SIMD2(load, busiest)
          if known[key] == nil {
            known[key] = Int32(blocks.count)
            blocks.append(try scripts.expertLayer(load: load, busiest: busiest))
          }
          places.append(known[key] ?? 0)
        }
      }
      drawn.append(places)
    }
  }

  /// The block that a reference stands for.
  ///
  /// - Parameter expertRank: The place in the expert group, where ranks are told apart.
  func block(_ reference: BlockReference, microBatch: Int, expertRank: Int) -> Int {
    switch reference {
    case .fixed(let place): place
    case .drawn(let layer): Int(drawn[layer][microBatch * expertRanks + expertRank])
    }
  }
}

extension StepProgram.Tail {
  init(_ tail: StepTail, _ traffic: (reduction: LinkTraffic, gather: LinkTraffic)) {
    self.init(
      reduction: SimDuration(tail.reduction), hiddenReduction: SimDuration(tail.hiddenReduction),
      optimizer: SimDuration(tail.optimizer), gather: SimDuration(tail.gather),
      hiddenGather: SimDuration(tail.hiddenGather))
    reductionTraffic = traffic.reduction
    gatherTraffic = traffic.gather
  }
}
