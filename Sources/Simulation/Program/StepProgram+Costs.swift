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
    var places: [PieceKind: Int] = [:]
    var layers: [PieceKind: DrawnLayer] = [:]
    if loads != nil {
      for kind in PieceKind.allCases { layers[kind] = try scripts.drawn(kind) }
    }
    var kinds: [PieceKind] = []
    chunks = zip(layout.chunks, costs.chunks).map { share, cost in
      let blocks = share.pieces.map { kind -> BlockReference in
        if layers[kind] != nil {
          kinds.append(kind)
          return .drawn(kinds.count - 1)
        }
        return .fixed(place(of: kind, scripts, &places))
      }
      return Chunk(blocks: blocks, kept: cost.saved, keptOnce: cost.savedOnce)
    }
    if let loads { try draw(loads, kinds, &layers) }
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
  ///
  /// - Parameter kinds: Of the layers whose loads these are.
  private mutating func draw(
    _ loads: DrawnLoads, _ kinds: [PieceKind], _ layers: inout [PieceKind: DrawnLayer]
  ) throws {
    var known: [PieceKind: [SIMD2<Double>: Int32]] = [:]
    keptBeyond = Array(repeating: .zero, count: blocks.count)
    drawn = []
    for (layer, kind) in zip(loads.layers, kinds) {
      var places: [Int32] = []
      for ranks in layer {
        let busiest = ranks.max() ?? 1
        for load in expertRanks == 1 ? [busiest] : ranks {
          let key = SIMD2(load, busiest)
          if known[kind]?[key] == nil {
            known[kind, default: [:]][key] = Int32(blocks.count)
            try price(&layers[kind], load: load, busiest: busiest)
          }
          places.append(known[kind]?[key] ?? 0)
        }
      }
      drawn.append(places)
    }
  }

  private mutating func price(
    _ layer: inout DrawnLayer?, load: Double, busiest: Double
  ) throws {
    guard let block = try layer?.script(load: load, busiest: busiest),
      let kept = layer?.keptBeyond(load: load)
    else { preconditionFailure("only layers with experts have loads") }
    blocks.append(block)
    keptBeyond.append(kept)
  }

  /// What a forward pass keeps until the gradients of its weights are done, and until those of its inputs are.
  func kept(_ pass: PipelinePass, expertRank: Int) -> (lasting: Bytes, brief: Bytes) {
    let chunk = chunks[pass.chunk]
    var lasting = chunk.kept
    for reference in chunk.blocks where !reference.isFixed {
      lasting += keptBeyond[block(reference, microBatch: pass.microBatch, expertRank: expertRank)]
    }
    return (lasting, chunk.keptOnce)
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
