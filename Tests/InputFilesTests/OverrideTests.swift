import Foundation
import Hardware
import InputFiles
import Planner
import Testing
import Units
import Workload

@Suite("An override stands for what a file holds")
struct OverrideTests {
  let project: Project
  let catalog: Catalog

  init() throws {
    project = try Project()
    catalog = try project.catalog()
  }

  private func field(_ text: String) -> FieldAddress { FieldAddress(text, inScenario: "question") }

  private func faults(_ overrides: Override...) -> [String] {
    do throws(Faults) {
      _ = try catalog.overriding(overrides).scenario(at: project.path(Project.scenarioPath))
      return []
    } catch {
      return error.faults.map {
        $0.description.replacingOccurrences(of: project.root + "/", with: "")
      }
    }
  }

  @Test("an address without a file is one of the scenario; with a file, one of that")
  func address() {
    #expect(field("training.tokens").description == "scenarios/question.yaml:training.tokens")
    let price = field("hardware-profiles/prices/list.yaml:prices.strong")
    #expect(price.file == "hardware-profiles/prices/list.yaml")
    #expect(price.key == "prices.strong")
  }

  @Test("a plain value, an entry of a list and an absent key are replaced as if written there")
  func scenarioFields() throws {
    let changed = try catalog.overriding([
      Override(field("training.global_batch"), "64"), Override(field("fleets[2]"), "other"),
      Override(field("devices"), "16"),
    ]).scenario(at: project.path(Project.scenarioPath))
    #expect(changed.recipe.globalBatch == 64)
    #expect(changed.fleets.last?.id == "other")
    #expect(changed.fleets.allSatisfy { $0.size == 16 })
  }

  @Test("a number with an origin keeps its origin, and files without overrides are shared")
  func sourcedNumber() throws {
    let memory = field("hardware-profiles/devices/strong.yaml:memory.bandwidth")
    let changed = try catalog.overriding([Override(memory, "4 TB/s")])
    let device = try #require(changed.devices.load("strong")?.value)
    #expect(device.memoryBandwidth.value == BytesPerSecond(4e12))
    #expect(device.memoryBandwidth.kind == .measured)
    #expect(changed.fabrics === catalog.fabrics)
    #expect(catalog.devices.load("strong")?.value?.memoryBandwidth.value == BytesPerSecond(3.35e12))
  }

  @Test("an override that changes nothing gives the same scenario to the last bit")
  func identity() throws {
    let path = project.path(Project.scenarioPath)
    let price = field("hardware-profiles/prices/list.yaml:prices.strong")
    let asWritten = try catalog.scenario(at: path)
    let quoted = try #require(asWritten.fleets.first?.price?.quoted)
    let same = try catalog.overriding([Override(price, quoted)]).scenario(at: path)
    #expect(same.inputs == asWritten.inputs)
    #expect(same.fleets.first?.price?.rate.value == asWritten.fleets.first?.price?.rate.value)
  }

  @Test("a strange file, key, entry or value is told at its field, with a remedy")
  func mistakes() {
    #expect(
      faults(Override(field("hardware-profiles/prices/lost.yaml:prices.strong"), "1 RMB/h"))
        == [
          """
          hardware-profiles/prices/lost.yaml: prices.strong: is no input file of this project. Name \
          one from its root, such as 'hardware-profiles/prices/ling-report.yaml'.
          """
        ])
    #expect(
      faults(Override(field("training.global_bach"), "64")).first?
        .contains("training.global_bach: unknown key. Did you mean 'global_batch'?") == true)
    #expect(
      faults(Override(field("fleets[9]"), "other")).first?
        .hasSuffix("fleets[9]: has no entry 9: the list has 2. Entries count from 1.") == true)
    #expect(
      faults(Override(field("model.layers"), "3")).first?.hasSuffix(
        """
        model.layers: leads into a single value. Write out a table of keys in the file, or vary \
        the whole value.
        """) == true)
    #expect(
      faults(Override(field("training.global_batch"), "many")).first?
        .contains("training.global_batch: 'many'") == true)
  }

  @Test("what is wrong with a plan of the command line is told of it, and of no line of a file")
  func planFaults() throws {
    let path = project.path(Project.scenarioPath)
    func words(_ plan: String) -> [String] {
      do throws(Faults) {
        _ = try catalog.overriding(plan: plan, ofScenario: path).scenario(at: path)
        return []
      } catch {
        return error.told(of: "plan", asOf: "--plan").faults.map(\.description)
      }
    }
    #expect(words("{pipelin: 2}") == ["--plan: pipelin: unknown key. Did you mean 'pipeline'?"])
    #expect(words("worst").first?.hasPrefix("--plan: 'worst' is not a choice here.") == true)
    #expect(words("{expert: 3}").contains { $0.hasPrefix("--plan: expert: 3 ranks") })
  }
}
