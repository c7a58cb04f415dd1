import Foundation
import Hardware
import Parallelism
import Planner
import Testing
import Units

@testable import InputFiles

@Suite("The catalog of a project's files")
struct CatalogTests {
  private func message(_ work: () throws -> Void) -> String {
    do {
      try work()
      return "no fault"
    } catch {
      return "\(error)"
    }
  }

  @Test("the root is the nearest folder above the scenario that holds profiles and scenarios")
  func rootAboveScenario() throws {
    let project = try Project()
    let deep = project.path("scenarios/a/b/question.yaml")
    #expect(try projectRoot(named: nil, scenario: deep) == project.root)
    let around = try projectRoot(
      named: nil, scenario: project.path("hardware-profiles/../scenarios/q.yaml"))
    #expect(URL(fileURLWithPath: around).standardizedFileURL.path == project.root)
  }

  @Test("a root that the user names is taken as it is written, or refused")
  func namedRoot() throws {
    let project = try Project()
    #expect(try projectRoot(named: project.root + "/", scenario: nil) == project.root + "/")
    #expect(
      message { _ = try Catalog(root: project.path("scenarios")) }
        == """
        \(project.root)/scenarios: does not hold the folders 'hardware-profiles' and 'scenarios'. \
        Name the folder that does with '--root'.
        """)
  }

  @Test("paths in messages stay relative where the user's were")
  func relativePaths() {
    #expect(folder(of: "a/b/c.yaml") == "a/b")
    #expect(folder(of: "c.yaml") == "")
    #expect(folder(of: "/c.yaml") == "/")
    #expect(inFolder("", "scenarios/x.yaml") == "scenarios/x.yaml")
    #expect(inFolder("..", "scenarios/x.yaml") == "../scenarios/x.yaml")
    #expect(inFolder("/", "x.yaml") == "/x.yaml")
  }

  @Test("the folders above a relative one end at the file system's root")
  func ancestorFolders() {
    #expect(ancestors(of: "/a/b") == ["/a/b", "/a", "/"])
    #expect(Array(ancestors(of: "a/b").prefix(4)) == ["a/b", "a", "", ".."])
    #expect(Array(ancestors(of: "").prefix(2)) == ["", ".."])
    #expect(Array(ancestors(of: "../x").prefix(2)) == ["../x", ".."])
    #expect(Array(ancestors(of: "./x").prefix(3)) == ["./x", ".", ".."])
  }

  @Test("a name outside its folder is no name")
  func noWayOut() throws {
    let found = try Project.faults(
      scenario: Project.scenario.replacing("model: small", with: "model: ../question"))
    #expect(found.count == 1)
    #expect(found[0].contains("'../question' is no model in 'scenarios/models'"))
  }

  @Test("the faults of one file do not hide the others")
  func listing() throws {
    let project = try Project(["hardware-profiles/devices/broken.yaml": "name: [\n"])
    let catalog = try project.catalog()
    #expect(catalog.devices.ids == ["broken", "strong"])
    #expect(catalog.devices.all().map { $0.value?.name } == [nil, "Strong 80 GB"])
    #expect(catalog.devices.all()[0].faults.count == 1)
    #expect(catalog.ids(of: .prices) == ["list"])
    #expect(catalog.ids(of: .exchangeRates) == ["exchange-rates"])
  }

  @Test("the faults of every file in use are told with those of the scenario")
  func gathered() throws {
    let project = try Project([
      "hardware-profiles/devices/strong.yaml": Project.device.replacing(
        "3.35 TB/s", with: "3.35 TB"),
      "scenarios/models/small.yaml": Project.model.replacing("top_k: 4", with: "top_k: 65"),
      Project.scenarioPath: Project.scenario.replacing("baseline: strong", with: "baseline: none"),
    ])
    try expect(
      project.faults(of: Project.scenarioPath),
      [
        """
        scenarios/models/small.yaml:7: experts.top_k: 65 is more than the 64 experts there are. \
        Write 64 at most.
        """,
        """
        hardware-profiles/devices/strong.yaml:14: memory.bandwidth: '3.35 TB' is bytes, not bytes \
        per second. Write '3.35 TB/s'.
        """,
        """
        scenarios/question.yaml:8: baseline: 'none' is no fleet of this scenario. Its fleets are \
        strong, half.
        """,
      ])
  }

  @Test("a scenario with faults of its own still tells the faults of the files it names")
  func gatheredThrough() throws {
    let project = try Project([
      "hardware-profiles/fleets/strong.yaml": Project.fleet.replacing("4096", with: "0"),
      Project.scenarioPath: Project.scenario.replacing("plan: best", with: "plan: bset"),
    ])
    let found = try project.faults(of: Project.scenarioPath)
    #expect(found.count == 2)
    #expect(found.contains { $0.hasPrefix("hardware-profiles/fleets/strong.yaml:7: devices:") })
  }

  @Test("a fleet without fabric and kernels takes the only ones that list its device")
  func defaults() throws {
    let bare = Project.fleet.replacing("fabric: switched\n", with: "")
      .replacing("kernels: strong\n", with: "")
    let project = try Project(["hardware-profiles/fleets/strong.yaml": bare])
    let scenario = try project.catalog().scenario(at: project.path(Project.scenarioPath))
    #expect(scenario.fleets[0].fabric.id == "switched")
    #expect(scenario.fleets[0].kernels.id == "strong")
  }

  @Test("where several or none list the device, one must be named")
  func noDefault() throws {
    let bare = Project.fleet.replacing("fabric: switched\n", with: "")
    let fleet = "hardware-profiles/fleets/strong.yaml"
    let two = try Project([fleet: bare, "hardware-profiles/fabrics/more.yaml": Project.fabric])
    try expect(
      two.faults(of: fleet),
      [
        """
        \(fleet):2: device: 2 fabrics list the device 'strong': more, switched. Name one with \
        'fabric: ...'.
        """
      ])
    let none = try Project([fleet: bare])
    try none.write(
      Project.device, to: "hardware-profiles/devices/weak.yaml")
    try none.write(
      Project.fabric.replacing("[strong]", with: "[weak]"),
      to: "hardware-profiles/fabrics/switched.yaml")
    try expect(
      none.faults(of: fleet),
      [
        """
        \(fleet):2: device: no fabric lists the device 'strong'. Name one with 'fabric: ...'.
        """
      ])
  }

  @Test("a device without a price in its list is told with those that have one")
  func noPrice() throws {
    let project = try Project([
      "hardware-profiles/devices/weak.yaml": Project.device,
      "hardware-profiles/prices/list.yaml": Project.prices.replacing("  strong:", with: "  weak:"),
    ])
    try expect(
      project.faults(of: "hardware-profiles/fleets/strong.yaml"),
      [
        """
        hardware-profiles/fleets/strong.yaml:6: price: the price list 'list' has no price for \
        'strong'; it has weak. Add it there, or name another list.
        """
      ])
  }

  @Test("a rate serves in both directions")
  func inverseRate() throws {
    // 2.5 USD/h stands in RMB at 7.2; the other way, 36 RMB/h is 5 USD/h.
    let project = try Project([
      "hardware-profiles/prices/list.yaml": Project.prices.replacing("2.5 USD/h", with: "36 RMB/h"),
      Project.scenarioPath: Project.scenario.replacing(
        "plan: best", with: "plan: best\ncurrency: USD"
      )
      .replacing("per: 1 T, source", with: "per: 1 T, date: 2025-03, source"),
    ])
    let scenario = try project.catalog().scenario(at: project.path(Project.scenarioPath))
    let rate = try #require(scenario.fleets[0].price).rate.value
    #expect(abs(rate * Seconds.hour / Money(5) - 1) < 1e-12)
  }

  @Test("a price in the scenario's currency needs no rate, and a fleet may have no price")
  func noRate() throws {
    let project = try Project([
      "hardware-profiles/prices/list.yaml": Project.prices.replacing("2.5 USD/h", with: "36 RMB/h"),
      "hardware-profiles/fleets/other.yaml": Project.fleet.replacing("price: list\n", with: ""),
      Project.scenarioPath: Project.scenario.replacing(
        "fleets: [strong,", with: "fleets: [strong, other,"
      )
      .replacing("cost: 5 M USD", with: "cost: 5 M RMB"),
    ])
    try FileManager.default.removeItem(
      atPath: project.path("hardware-profiles/prices/exchange-rates.yaml"))
    let scenario = try project.catalog().scenario(at: project.path(Project.scenarioPath))
    #expect(scenario.fleets[0].price?.rate.value == MoneyPerSecond(0.01))
    #expect(scenario.fleets[1].price == nil)
  }

  @Test("the inputs are the numbers in use, each once, with file, key and origin")
  func inputs() throws {
    let project = try Project([
      "hardware-profiles/devices/unused.yaml": Project.device,
      "hardware-profiles/prices/list.yaml": Project.prices.appending(
        "\n  unused: {value: 9 USD/h, kind: specified, source: x}"),
    ])
    let inputs = try project.catalog().scenario(at: project.path(Project.scenarioPath)).inputs
    #expect(Set(inputs).count == inputs.count)
    #expect(!inputs.contains { $0.file.contains("unused") || $0.key.contains("unused") })
    #expect(
      inputs.contains(
        InputRecord(
          file: "hardware-profiles/devices/strong.yaml", key: "memory.bandwidth",
          value: "3.35 TB/s", kind: .measured, source: "a benchmark")))
    #expect(
      inputs.contains(
        InputRecord(
          file: "hardware-profiles/software/kernels/strong.yaml",
          key: "collectives.all_reduce.protocols[1].efficiency", value: "0.8", kind: .measured,
          source: "a kernel table")))
    #expect(inputs.contains { $0.key == "prices.strong" && $0.value == "2.5 USD/h" })
    #expect(inputs.contains { $0.key == "overlap.pipeline" && $0.value == "80 %" })
  }

  @Test("an explicit plan keeps every field, and leaves data to the fleet where it is absent")
  func plan() throws {
    let text = """
      plan: {tensor: 2, context: 3, pipeline: 4, virtual_stages: 5, expert: 7, expert_tensor: 8, \
      micro_batch: 9, sequence_parallel: false, schedule: gpipe, sharding: zero-3, \
      recompute: [attention, experts]}
      """
    let project = try Project([
      Project.scenarioPath: Project.scenario.replacing("plan: best", with: text)
    ])
    let file = try project.catalog().scenarios.load("question")?.value
    guard case .explicit(let plan) = file?.plan else {
      Issue.record("the plan is not explicit")
      return
    }
    let wanted = ParallelPlan(
      tensor: 2, context: 3, pipeline: 4, virtualStages: 5, data: 0, expert: 7, expertTensor: 8,
      microBatch: 9, sequenceParallel: false, schedule: .gpipe, sharding: .weights,
      recompute: .selective([.attention, .experts]))
    #expect(plan == wanted)
  }

  @Test("a key of a file has a place, and an absent one that of the table it belongs in")
  func places() throws {
    let project = try Project()
    let catalog = try project.catalog()
    let path = project.path("scenarios/models/small.yaml")
    #expect(catalog.place(of: "layers", in: path).line == 2)
    #expect(catalog.place(of: "attention.heads", in: path).line == 5)
    #expect(catalog.place(of: "experts.period", in: path).line == 7)
    #expect(catalog.place(of: "nothing", in: path).line == 0)
  }

  @Test("the kind of a file outside its folder is found by its keys")
  func kindByKeys() throws {
    let project = try Project()
    for (path, text) in Project.files {
      let copy = "elsewhere/" + path.replacing("/", with: "-")
      try project.write(text + "\nsurprise: 1\n", to: copy)
      let found = try project.faults(of: copy)
      #expect(found.count == 1, "\(path): \(found)")
      #expect(found.first?.contains("surprise: unknown key. The keys here are") == true, "\(path)")
    }
    try project.write("surprise: 1\n", to: "elsewhere/x.yaml")
    try expect(
      project.faults(of: "elsewhere/x.yaml"),
      [
        """
        elsewhere/x.yaml: no kind of input file has these keys, or stands in this folder. Put it \
        where its kind stands, such as 'scenarios' or 'hardware-profiles/devices'.
        """
      ])
  }

  @Test("a plan that no fleet can run is told at its key, or at the plan where the key is absent")
  func illegalPlan() throws {
    // 1024 and 2048 devices in 4 stages leave 256 and 512 for data.
    let text = "plan: {pipeline: 4,\n  expert: 6}"
    let fold = "which does not divide the"
    try expect(
      Project.faults(scenario: Project.scenario.replacing("plan: best", with: text)),
      [
        """
        scenarios/question.yaml:7: plan.data: a global batch of 8960 is not a multiple of data \
        times micro-batch, 512 times 1. Change one of the three.
        """,
        """
        scenarios/question.yaml:8: plan.expert: 6 ranks cannot share 64 experts evenly. Use a \
        divisor of 64, such as 4 or 8.
        """,
        """
        scenarios/question.yaml:8: plan.expert: expert times expert_tensor is 6, \(fold) 256 ranks \
        of a stage (tensor times context times data). Use a divisor.
        """,
        """
        scenarios/question.yaml:8: plan.expert: expert times expert_tensor is 6, \(fold) 512 ranks \
        of a stage (tensor times context times data). Use a divisor.
        """,
      ])
  }

  @Test("learned positions bound the sequence")
  func positions() throws {
    let project = try Project([
      "scenarios/models/small.yaml": Project.model.appending("\nlearned_positions: 2048")
    ])
    try expect(
      project.faults(of: Project.scenarioPath),
      [
        """
        scenarios/question.yaml:4: training.sequence_length: 4096 is more than the 2048 learned \
        positions of 'small'. Write 2048 at most.
        """
      ])
  }

  @Test("a question asked without a file is told without lines")
  func withoutFile() throws {
    let project = try Project()
    let text = Project.scenario.replacing("model: small", with: "model: smal")
    let catalog = try project.catalog()
    expect(
      [message { _ = try catalog.scenario(text: text, named: "compare") }],
      [
        """
        compare: model: 'smal' is no model in '\(project.root)/scenarios/models'. Did you mean \
        'small'?
        """
      ])
  }
}
