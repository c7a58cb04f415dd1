import Foundation
import Testing

@testable import InputFiles

@Suite("Each mistake in a profile or a model gets one sentence that says how to mend it")
struct ProfileMistakeTests {
  @Test("in a device", arguments: Mistake.inDevice)
  func device(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/devices/strong.yaml")
  }

  @Test("in a fabric", arguments: Mistake.inFabric)
  func fabric(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/fabrics/switched.yaml")
  }

  @Test("in a kernel profile", arguments: Mistake.inKernels)
  func kernels(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/software/kernels/strong.yaml")
  }

  @Test("in a software stack", arguments: Mistake.inStack)
  func stack(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/software/stacks/framework.yaml")
  }

  @Test("in a price list", arguments: Mistake.inPrices)
  func prices(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/prices/list.yaml")
  }

  @Test("in the exchange rates", arguments: Mistake.inExchangeRates)
  func exchangeRates(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/prices/exchange-rates.yaml")
  }

  @Test("in a fleet", arguments: Mistake.inFleet)
  func fleet(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/fleets/strong.yaml")
  }

  @Test("in a model", arguments: Mistake.inModel)
  func model(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "scenarios/models/small.yaml")
  }

  @Test("in a reliability profile", arguments: Mistake.inReliability)
  func reliability(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/reliability/mature.yaml")
  }

  @Test("in a site", arguments: Mistake.inSite)
  func site(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/sites/hub.yaml")
  }

  @Test("in a list of purchases", arguments: Mistake.inOwnership)
  func ownership(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/ownership/purchases.yaml")
  }

  @Test("in a list of export rules", arguments: Mistake.inExportRules)
  func exportRules(mistake: Mistake) throws {
    try expectFaults(of: mistake, in: "hardware-profiles/export-rules/authority.yaml")
  }

  private func expectFaults(
    of mistake: Mistake, in path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let text = mistake.made(in: Project.files[path] ?? "")
    let found = try Project([path: text]).faults(of: path)
    expect(
      found.map { $0.replacing(path + ":", with: "") }, mistake.faults,
      sourceLocation: sourceLocation)
  }
}
