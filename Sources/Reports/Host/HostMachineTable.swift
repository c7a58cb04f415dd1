public import Calibration
import Units

/// The table of what this machine says of itself: one row a device name.
public enum HostMachineTable {
  public static func table(_ machine: HostMachine) -> Table<HostMachine> {
    Table(
      columns: [
        Column("device", \.device), Column("processor", \.processor),
        Column(count: "workers", \.workers), Column("instruction_set", \.instructionSet),
        Column("operations_per_cycle", \.operationsPerCycle, decimals: 0),
        Column("clock_ghz", { $0.clock / 1e9 }, decimals: 3),
        Column("memory_gb", \.memory, in: .GB, decimals: 1),
        Column("blas_kernels", \.kernels),
      ], rows: [machine])
  }
}
