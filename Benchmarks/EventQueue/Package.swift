// swift-tools-version: 6.2
import PackageDescription

// The kernel's sources are linked into the benchmark's own module, as they are a part of the module
// `Simulation`: what is measured is the code as the simulation compiles it.
let package = Package(
  name: "event-queue-benchmark",
  targets: [
    .target(name: "CPriorityQueue", cxxSettings: [.unsafeFlags(["-O3"])]),
    .executableTarget(
      name: "EventQueueBenchmark", dependencies: ["CPriorityQueue"],
      swiftSettings: [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ]),
  ],
  swiftLanguageModes: [.v6], cxxLanguageStandard: .cxx20
)
