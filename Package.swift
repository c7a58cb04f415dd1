// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A library target of ours; its README stands beside its code.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: strict)
}

/// The tests of one module, with the modules that they import.
func tests(of module: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(module)Tests", dependencies: [.byName(name: module)] + dependencies,
    swiftSettings: strict)
}

/// What every module above the estimators may know.
let model: [Target.Dependency] = [
  "Hardware", "Workload", "Parallelism", "CostModel", "Analytical",
]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

/// `STEELYARD_MPI=1 swift build` adds sweeps under mpirun; it needs an MPI library, such as libopenmpi-dev.
let messagePassing: [Target] =
  Context.environment["STEELYARD_MPI"] == "1"
  ? [
    .systemLibrary(name: "CMPI", pkgConfig: "mpi-c", providers: [.apt(["libopenmpi-dev"])]),
    module("MessagePassing", ["CMPI"]),
  ] : []

let package = Package(
  name: "steelyard",
  products: [
    .library(
      name: "MoEKernel", targets: ["MoEKernel", "CostModel", "Numerics", "Units", "Workload"]),
    .library(name: "AllocationCounter", targets: ["AllocationCounter"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CCSV", providers: [.apt(["libcsv-dev"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    module("Units"),
    module("CSV", ["CCSV"]),
    module("Numerics", ["CGSL"]),
    module("Hardware", ["Units"]),
    module("Workload", ["Units"]),
    module("Parallelism", ["Units", "Hardware", "Workload"]),
    module("CostModel", ["Units", "Numerics", "Hardware", "Workload", "Parallelism"]),
    module("Analytical", ["Units", "Hardware", "Workload", "Parallelism", "CostModel"]),
    module(
      "Simulation", ["Units", "Numerics", "Hardware", "Workload", "Parallelism", "CostModel"]),
    module(
      "MoEKernel",
      ["Units", "Numerics", "Hardware", "Workload", "Parallelism", "CostModel", "COpenBLAS"]),
    module("Calibration", ["Units", "CSV", "Numerics", "MoEKernel", "Simulation"] + model),
    module("TrainingRun", ["Units", "Numerics", "Simulation"] + model),
    module("Planner", ["Units", "Numerics", "Simulation", "TrainingRun"] + model),
    module("InputFiles", ["Units", "CSV", "Planner", "TrainingRun", yams] + model),
    module(
      "Reports",
      [
        "Units", "CSV", "Numerics", "MoEKernel", "Calibration", "Simulation", "Planner",
        "TrainingRun",
      ] + model),
    .executableTarget(
      name: "steelyard",
      dependencies: [
        "Units", "CSV", "Numerics", "MoEKernel", "Calibration", "TrainingRun", "Planner",
        "InputFiles", "Reports", argumentParser,
      ] + model + messagePassing.suffix(1).map { .byName(name: $0.name) },
      exclude: ["README.md"], swiftSettings: strict),
    .target(
      name: "Fixtures", dependencies: ["Units", "Hardware", "Workload", "Simulation"],
      path: "Tests/Fixtures", swiftSettings: strict),
    .target(name: "AllocationCounter", path: "Tests/AllocationCounter"),
    tests(of: "Units"),
    tests(of: "CSV"),
    tests(of: "Hardware", ["Units"]),
    tests(of: "Numerics"),
    tests(of: "Workload", ["Units"]),
    tests(of: "Parallelism", ["Units", "Hardware", "Workload"]),
    tests(of: "CostModel", ["Fixtures", "Units", "Hardware", "Workload", "Parallelism"]),
    tests(
      of: "Analytical", ["Fixtures", "Units", "Hardware", "Workload", "Parallelism", "CostModel"]),
    tests(
      of: "MoEKernel",
      [
        "AllocationCounter", "Units", "Numerics", "Hardware", "Workload", "Parallelism",
        "CostModel",
      ]),
    tests(of: "Simulation", ["Fixtures", "Units"] + model),
    .testTarget(
      name: "AgreementTests", dependencies: ["Fixtures", "Simulation", "Units"] + model,
      swiftSettings: strict),
    tests(
      of: "Calibration",
      ["Fixtures", "Units", "CSV", "Numerics", "MoEKernel", "InputFiles"] + model),
    tests(of: "TrainingRun", ["Fixtures", "Units", "Numerics"] + model),
    tests(of: "Planner", ["Fixtures", "Units", "TrainingRun"] + model),
    tests(of: "InputFiles", ["Units", "Planner", "TrainingRun"] + model),
    tests(
      of: "steelyard",
      [
        "Fixtures", "Units", "CSV", "MoEKernel", "Calibration", "TrainingRun", "Planner",
        "InputFiles", "Reports", argumentParser,
      ] + model),
    tests(
      of: "Reports",
      ["Fixtures", "Units", "Simulation", "Planner", "TrainingRun", "InputFiles"] + model),
  ] + messagePassing,
  swiftLanguageModes: [.v6]
)
