import Fixtures
import Hardware
import Testing
import Units
import Workload

@testable import Calibration

@Suite("Machines from rows")
struct RunMachineTests {
  private static func device(_ id: String, name: String, peak: Double, gigabytes: Double) -> Device
  {
    var device = IdealFleet.device
    device.id = id
    device.name = name
    device.peaks[.bf16]?.value = peak * FLOPsPerSecond.TFLOPS
    device.memoryCapacity.value = gigabytes * .GB
    return device
  }

  private static func stack(_ id: String, _ covers: [SoftwareStack.Coverage]) -> SoftwareStack {
    var stack = IdealFleet.stack
    stack.id = id
    stack.covers = covers
    return stack
  }

  private static let machines: RunMachines = {
    let devices = [
      device("maker-x100-40", name: "Maker X100 40GB", peak: 300, gigabytes: 40),
      device("maker-x100-80", name: "Maker X100 80GB", peak: 310, gigabytes: 80),
      device("maker-x100-80-pcie", name: "Maker X100 PCIe", peak: 310, gigabytes: 80),
      device("other-910b1", name: "Other 910B1", peak: 360, gigabytes: 64),
      device("other-910b2", name: "Other 910B2", peak: 350, gigabytes: 64),
      device("other-910b3", name: "Other 910B3", peak: 290, gigabytes: 64),
    ]
    var fabric = IdealFleet.fabric
    fabric.devices = devices.map(\.id).filter { !$0.hasSuffix("pcie") }
    var host = IdealFleet.fabric
    host.id = "host"
    host.scaleUp.kind = .host
    host.devices = ["maker-x100-80-pcie", "maker-x100-80"]
    var kernels = IdealFleet.kernels
    kernels.devices = devices.map(\.id)
    kernels.kind = .measured
    return RunMachines(
      devices: devices, fabrics: [fabric, host], kernels: [kernels],
      stacks: [
        stack("old", [.init(framework: "fast", from: "2023-01", to: "2024-12")]),
        stack("new", [.init(framework: "fast", from: "2025-03", to: "2026-12")]),
        stack("tuned", [.init(framework: "fast-tuned", from: "2024-01", to: "2026-12")]),
      ], defaultFramework: "fast")
  }()

  private func hardware(
    key: String? = nil, text: String = "", framework: String = "fast", release: String = "2024-06",
    source: String = "", interconnect: String = "", precision: TrainingPrecision = .bf16
  ) -> RunHardware {
    RunHardware(
      device: key, isDeviceDoubtful: false, deviceText: text,
      interconnect: Interconnect(interconnect), framework: framework, release: release,
      source: source, precision: precision, count: 8)
  }

  private func device(
    _ key: String?, _ text: String = "", precision: TrainingPrecision = .bf16
  ) -> String {
    do {
      return try Self.machines.fleet(
        for: hardware(key: key, text: text, precision: precision)
      ).fleet.device.id
    } catch {
      return "\(error)"
    }
  }

  @Test("a key names its profile; a key of several variants, the middle one, the upper of two")
  func byKey() throws {
    #expect(device("maker-x100-40") == "maker-x100-40")
    #expect(device("other-910b") == "other-910b2")
    let (_, assumed) = try Self.machines.fleet(for: hardware(key: "other-910b"))
    #expect(assumed == ["device other-910b2"])
  }

  @Test("without a key, a type number in the text finds the profile")
  func byText() {
    #expect(device(nil, "X100-PCIe") == "maker-x100-80-pcie")
    #expect(device(nil, "Other 910B (a cabinet)") == "other-910b2")
    #expect(device("unknown-key", "Other 910B3") == "other-910b3")
  }

  @Test("a text that names no device is a reason to skip, unless few devices can be meant")
  func unnamed() {
    #expect(device(nil, "80GB GPU (not named)") == "'80GB GPU (not named)' names no device")
    #expect(device(nil, "80GB GPU (not named)", precision: .fp8) == "maker-x100-80-pcie")
    #expect(device("maker-y9", "") == "'maker-y9' names no device")
  }

  @Test("the stack covers the framework in its month, or the nearest month")
  func stacks() throws {
    let stack = { (framework: String, release: String, source: String) in
      try Self.machines.fleet(
        for: hardware(
          key: "maker-x100-40", framework: framework, release: release, source: source)
      )
    }
    #expect(try stack("fast", "2024-06", "").fleet.stack.id == "old")
    #expect(try stack("fast", "2025-06", "").fleet.stack.id == "new")
    #expect(try stack("fast", "2025-01", "").fleet.stack.id == "old")
    #expect(try stack("fast", "", "").fleet.stack.id == "new")
    #expect(try stack("", "2024-06", "a/Fast-Tuned README").fleet.stack.id == "tuned")
    let unknown = try stack("unheard-of", "2024-06", "")
    #expect(unknown.fleet.stack.id == "old")
    #expect(unknown.assumed == ["framework 'unheard-of' as fast"])
  }

  /// The stack of a run that the profiles below are taken to mean.
  private func stack(
    _ covers: [(String, SoftwareStack.Coverage)], framework: String, release: String = "2024-06",
    model: String = "", isFullySharded: Bool = false
  ) throws -> String {
    var machines = Self.machines
    machines.stacks += covers.map { Self.stack($0.0, [$0.1]) }
    var run = hardware(key: "maker-x100-40", framework: framework, release: release)
    run.model = model
    run.isFullySharded = isFullySharded
    return try machines.fleet(for: run).fleet.stack.id
  }

  @Test("a framework is known within the words of a row, the longest name first")
  func wordyFrameworks() throws {
    #expect(try stack([], framework: "Fast 0.9 (own fork)") == "old")
    #expect(try stack([], framework: "fast-tuned 2") == "tuned")
  }

  @Test("a recipe of its own for a model counts for that model, in its months")
  func modelRecipes() throws {
    let own = (
      "own",
      SoftwareStack.Coverage(framework: "fast", from: "2024-01", to: "2024-12", model: "Oss")
    )
    #expect(try stack([own], framework: "fast", model: "Big OSS 120B") == "own")
    #expect(try stack([own], framework: "fast", model: "Other") == "old")
    #expect(try stack([own], framework: "fast", release: "2026-01", model: "Big OSS") == "new")
  }

  @Test(
    "a recipe of its own for a device goes before those for all, one for model and device first")
  func deviceRecipes() throws {
    func own(
      _ id: String, model: String?, devices: [String]
    ) -> (String, SoftwareStack.Coverage) {
      (
        id,
        SoftwareStack.Coverage(
          framework: "fast", from: "2024-01", to: "2024-12", model: model, devices: devices)
      )
    }
    let byDevice = own("device's", model: nil, devices: ["maker-x100-40"])
    let byModel = own("model's", model: "Oss", devices: [])
    let both = own("both", model: "Oss", devices: ["maker-x100-40"])
    let another = own("another", model: "Oss", devices: ["maker-x100-80"])
    #expect(try stack([byDevice, another], framework: "fast", model: "Oss") == "device's")
    #expect(try stack([byDevice, byModel], framework: "fast", model: "Oss") == "model's")
    #expect(try stack([byDevice, byModel, both], framework: "fast", model: "Oss") == "both")
    #expect(try stack([both], framework: "fast", model: "Other") == "old")
  }

  @Test("an unknown framework means what stands for the vendor, for full sharding, or the default")
  func unknownFrameworks() throws {
    let months = (from: "2019-01", to: "2027-12")
    let vendor = IdealFleet.device.vendor
    let byVendor = (
      "vendor's",
      SoftwareStack.Coverage(
        framework: "other", from: months.from, to: months.to, vendor: vendor)
    )
    let sharded = (
      "sharded",
      SoftwareStack.Coverage(
        framework: "other", from: months.from, to: months.to, fullySharded: true)
    )
    let alien = (
      "alien",
      SoftwareStack.Coverage(
        framework: "other", from: months.from, to: months.to, vendor: "nobody")
    )
    let all = [alien, sharded]
    #expect(try stack(all, framework: "unheard-of", isFullySharded: true) == "sharded")
    #expect(try stack(all, framework: "unheard-of") == "old")
    #expect(try stack(all + [byVendor], framework: "unheard-of") == "vendor's")
    #expect(try stack(all + [byVendor], framework: "fast") == "old")
  }

  @Test("a printed network rate goes before the fabric's own, and PCIe means the host")
  func fabrics() throws {
    let printed = try Self.machines.fleet(
      for: hardware(key: "maker-x100-80", interconnect: "NVLink3 + 8x200G RoCE"))
    #expect(printed.fleet.fabric.id == "ideal")
    #expect(printed.fleet.fabric.scaleOut?.bandwidth.value == 25 * BytesPerSecond.GBps)
    let host = try Self.machines.fleet(
      for: hardware(key: "maker-x100-80", interconnect: "PCIe one node"))
    #expect(host.fleet.fabric.id == "host")
  }

  @Test(
    "network rates are read for one device, from bits for a node or for a device",
    arguments: [
      ("NVLink4 + IB 8x400G/node", 50.0), ("NVLink4 450 GB/s/dir + IB 400G/GPU (Eos)", 50),
      ("NVLink3 + 8xHDR IB 200G/node (Selene)", 25), ("1600 Gbps RoCE per node", 25),
      ("NVLink 150 GB/s (as modelled) + 800 Gb/s per node", 12.5), ("8x200G RoCE, 3-tier Clos", 25),
      ("NVLink 400 GB/s + 800 Gb/s RoCE per node", 12.5), ("HCCS in node + RoCE 200G", 25),
      ("25 GB/s per device", 25), ("NVL72 + IB", nil), ("PCIe one node", nil), ("not stated", nil),
      ("", nil), ("xGMI in node + RoCE", nil), ("HCCS 196 GB/s", nil),
    ] as [(String, Double?)])
  func networks(text: String, gigabytes: Double?) {
    #expect(Interconnect(text).scaleOut == gigabytes.map { $0 * BytesPerSecond.GBps })
  }
}
