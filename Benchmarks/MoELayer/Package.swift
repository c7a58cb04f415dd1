// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "moe-layer-benchmark",
  dependencies: [.package(name: "steelyard", path: "../..")],
  targets: [
    .target(name: "CYardstick", linkerSettings: [.linkedLibrary("openblas")]),
    .executableTarget(
      name: "MoELayerBenchmark",
      dependencies: [
        "CYardstick", .product(name: "MoEKernel", package: "steelyard"),
        .product(name: "AllocationCounter", package: "steelyard"),
      ],
      swiftSettings: [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
