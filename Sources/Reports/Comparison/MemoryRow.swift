import CostModel
import Hardware
import Planner
import Units
import Workload

/// What one rank of a pipeline stage holds under the best plan of a model on a fleet.
public struct MemoryRow: Sendable {
  var model: String
  var fleet: String
  var stage: Int
  var memory: StageMemory
  var capacity: Bytes

  static let columns: [Column<MemoryRow>] =
    [
      Column("model", \.model),
      Column("fleet", \.fleet),
      Column(count: "stage", \.stage),
    ]
    + [
      gigabytes("weights_gb", \.memory.weights),
      gigabytes("gradients_gb", \.memory.gradients),
      gigabytes("optimizer_gb", \.memory.optimizer),
      gigabytes("activations_gb", \.memory.activations),
      gigabytes("transient_gb", \.memory.transient),
      gigabytes("reserved_gb", \.memory.reserved),
      gigabytes("total_gb", \.memory.total),
      gigabytes("capacity_gb", \.capacity),
    ]

  private static func gigabytes(
    _ header: String, _ bytes: @escaping @Sendable (MemoryRow) -> Bytes
  ) -> Column<MemoryRow> {
    Column(header, bytes, in: Bytes.GB, decimals: 3)
  }
}

extension Comparison {
  /// A row for each stage, stages counted from 0.
  var memoryRows: [MemoryRow] {
    entries.flatMap { entry -> [MemoryRow] in
      guard let step = entry.outcome.bestEstimate else { return [] }
      return step.memory.enumerated().map { stage, memory in
        MemoryRow(
          model: entry.model.id, fleet: entry.fleet.id, stage: stage, memory: memory,
          capacity: step.memoryCapacity)
      }
    }
  }
}
