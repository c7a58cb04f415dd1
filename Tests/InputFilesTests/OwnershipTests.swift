import Testing

@testable import InputFiles

@Suite("A fleet that is owned")
struct OwnershipTests {
  @Test("who owns devices must say where they stand and what they draw")
  func costs() throws {
    let scenario = Project.scenario.replacing(
      "devices: 2048", with: "devices: 2048, ownership: purchases")
    expect(try Project.faults(scenario: scenario), [])
    expect(
      try Project.faults(scenario: scenario.replacing("  site: hub\n", with: "")),
      [
        "scenarios/question.yaml:5: fleets[2].fleet: needs 'site'. Write for example "
          + "'site: north-china'."
      ])
    let project = try Project([
      Project.scenarioPath: scenario,
      "hardware-profiles/devices/strong.yaml": Project.device.replacing(
        "power: {value: 700 W, kind: specified, source: datasheet}\n", with: ""),
    ])
    expect(
      try project.faults(of: Project.scenarioPath),
      [
        "scenarios/question.yaml:5: fleets[2].fleet: device 'strong' states no 'power', so that its "
          + "owner's bill for energy is not known. Add it to the device's profile, or rent."
      ])
  }
}
