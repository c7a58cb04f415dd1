import Foundation
import Hardware
import Planner
import Testing

@testable import InputFiles

@Suite("Export rules and supply, as the project ships and reads them")
struct ExportTests {
  private let china = Reference("China", at: Place(file: "a test"))

  private func verdicts(on day: String) throws -> [String: ExportVerdict?] {
    let date = try #require(CalendarDate(day: day))
    let table = try shippedCatalog().exportTable(on: date, destination: china)
    return Dictionary(uniqueKeysWithValues: table.map { ($0.item.device, $0.standing.verdict) })
  }

  /// What the devices could be sold as to China, by the numbers of the rules:
  /// A100 4,992 and 600 GB/s of links, A800 400 GB/s; H800 15,832 and 400 GB/s; H20 2,368 at 2.91 with
  /// 4,000 GB/s of memory; L20 1,912 at 3.14 with 864 GB/s; RTX 4090 5,285; 4090D 4,707 and no part of
  /// data centres; MI300X 20,918; B200 36,000.
  @Test(
    "devices stand with the rules as their makers and the press told",
    arguments: [
      ("2022-10-20", ["nvidia-a100-80-sxm": .free, "nvidia-h100-sxm": .free]),
      (
        "2022-10-21",
        [
          "nvidia-a100-80-sxm": .denied, "nvidia-h100-sxm": .denied, "nvidia-a800-80-sxm": .free,
          "nvidia-h800-sxm": .free, "nvidia-rtx4090": .free, "huawei-910b1": .free,
        ]
      ),
      (
        "2023-11-17",
        [
          "nvidia-a800-80-sxm": .denied, "nvidia-h800-sxm": .denied, "nvidia-l40s": .denied,
          "nvidia-rtx4090": .denied, "nvidia-rtx4090d": .free, "nvidia-h20-96": .free,
          "nvidia-l20": .free, "amd-mi300x": .denied, "huawei-910b1": .free,
        ]
      ),
      (
        "2025-05-13",
        [
          "nvidia-h20-96": .denied, "nvidia-h20-141": .denied, "nvidia-l20": .free,
          "nvidia-rtxpro6000d": .free, "huawei-910b1": .risk, "huawei-910c": .risk,
          "thead-ppu-810e": .free,
        ]
      ),
      ("2025-09-01", ["nvidia-h20-96": .caseByCase, "nvidia-h200-sxm": .denied]),
      (
        "2026-02-01",
        [
          "nvidia-h20-96": .caseByCase, "amd-mi300x": .caseByCase, "amd-mi325x": .caseByCase,
          "nvidia-h200-sxm": .denied, "nvidia-b200-sxm": .denied, "nvidia-l20": .free,
        ]
      ),
    ] as [(String, [String: ExportVerdict])])
  func history(day: String, expected: [String: ExportVerdict]) throws {
    let verdicts = try verdicts(on: day)
    for (device, verdict) in expected {
      #expect(verdicts[device] == verdict, "\(device) on \(day)")
    }
  }

  @Test("of the H200 in 2026 the United States allow what Chinese customs do not")
  func twoAuthorities() throws {
    let catalog = try shippedCatalog()
    let rules = catalog.exportRules.all().compactMap(\.value)
    let day = try #require(CalendarDate(day: "2026-02-01"))
    let device = try #require(catalog.devices.load("nvidia-h200-sxm")?.value)
    let item = ExportItem(device, scaleUp: nil)
    let byFile = Dictionary(
      uniqueKeysWithValues: rules.map {
        ($0.id, $0.standing(of: item, in: "China", on: day).verdict)
      })
    #expect(byFile["us-advanced-computing"] == .caseByCase)
    #expect(byFile["china-imports"] == .denied)
  }

  @Test("figures that profiles state follow from their peaks and dies, within 5 %")
  func stated() throws {
    // Stated from eight bits where TF32 counts 32; from four bits of a later release.
    let known = ["enflame-t20", "nvidia-b300-sxm"]
    for device in try shippedCatalog().devices.all().compactMap(\.value)
    where !known.contains(device.id) {
      var bare = device
      bare.export = nil
      if let stated = device.export?.totalProcessingPerformance?.value,
        let computed = bare.totalProcessingPerformance
      {
        #expect(abs(computed / stated - 1) < 0.05, "\(device.id)")
      }
      if let stated = device.export?.performanceDensity?.value,
        let computed = bare.performanceDensity
      {
        #expect(abs(computed / stated - 1) < 0.05, "\(device.id)")
      }
    }
  }

  private static let market = "market: {date: 2024-01-01, destination: China}\n"

  private func scenario(_ changes: String, fleets: String? = nil) throws -> Scenario {
    var text = Project.scenario + "\n" + changes
    if let fleets {
      text = text.replacing(
        "fleets: [strong, {fleet: strong, name: half, devices: 2048}]", with: fleets)
    }
    let project = try Project([
      Project.scenarioPath: text, "hardware-profiles/export-rules/authority.yaml": Project.rules,
    ])
    return try project.catalog().scenario(at: project.path(Project.scenarioPath))
  }

  @Test("a fleet that may not be sold to the destination is barred, with the clause that says so")
  func barred() throws {
    let barriers = try scenario(Self.market).barriers
    guard case .notForSale(let standing, "China", _)? = barriers["strong"] else {
      Issue.record("the strong fleet is not barred")
      return
    }
    #expect(standing.verdict == .denied && standing.clause == "3A090.a")
    #expect(try scenario("market: {date: 2023-01-01, destination: China}\n").barriers.isEmpty)
    let accepted = "market: {date: 2024-01-01, destination: China, accepts: denied}\n"
    #expect(try scenario(accepted).barriers.isEmpty)
  }

  @Test("supply cuts a fleet down to whole domains, and bars it before its first day")
  func supplied() throws {
    let fleets = """
      fleets: [strong, {fleet: strong, name: half, devices: 2048, spare_nodes: 2, \
      supply: [{from: 2023-01-01, devices: 1030}, {from: 2025-01-01, devices: 9000}]}]
      """
    // 1,030 less two spare nodes of 8 are 1,014, of which 126 domains of 8 are whole: 1,008.
    let cut = try scenario("market: {date: 2024-01-01}\n", fleets: fleets)
    #expect(cut.fleets.first { $0.id == "half" }?.size == 1008)
    #expect(cut.fleets.first { $0.id == "half" }?.available == 1008)
    #expect(cut.fleets.first { $0.id == "strong" }?.available == nil)
    let whole = try scenario("market: {date: 2025-01-01}\n", fleets: fleets)
    #expect(whole.fleets.first { $0.id == "half" }?.size == 2048)
    let early = try scenario("market: {date: 2022-01-01}\n", fleets: fleets)
    guard case .notSupplied(_, let next?)? = early.barriers["half"] else {
      Issue.record("the half fleet is not barred")
      return
    }
    #expect(next.devices == 1030)
  }
}
