import CostModel
import Fixtures
import Foundation
import Hardware
import Parallelism
import Reports
import Simulation
import Testing
import Units
import Workload

@Suite("A step as a trace")
struct ChromeTraceTests {
  /// The events of a small step, read back.
  func events(_ schedule: ScheduleKind) throws -> [[String: Any]] {
    let plan = ParallelPlan(pipeline: 2, data: 4, expert: 4, schedule: schedule)
    let recipe = TrainingRecipe(
      tokens: .trillion, sequenceLength: 1024, globalBatch: 24, precision: .bf16)
    var fleet = IdealFleet.fleet(size: 8)
    fleet.stack.overlap.gradientReduction.value = 0.5
    let estimator = SimulationEstimator()
    let estimate = try estimator.estimate(
      model: SmallModels.experts, recipe: recipe, plan: plan, fleet: fleet)
    let json = try withFolder { folder in
      let trace = try ChromeTrace(
        "\(folder)/step.json", memory: estimate.memory,
        lane: ShownLane(index: 0, firstRank: 0, stageRanks: 4))
      _ = try estimator.simulate(
        model: SmallModels.experts, recipe: recipe, plan: plan, fleet: fleet, recorder: trace)
      try trace.finish()
      return try Data(contentsOf: URL(fileURLWithPath: "\(folder)/step.json"))
    }
    let object = try JSONSerialization.jsonObject(with: json) as? [String: Any]
    return try #require(object?["traceEvents"] as? [[String: Any]])
  }

  private func number(_ event: [String: Any], _ key: String) -> Double {
    (event[key] as? NSNumber)?.doubleValue ?? .nan
  }

  @Test(
    "every span has a duration, and none overlaps another of its thread",
    arguments: [ScheduleKind.oneForwardOneBackward, .zeroBubble, .dualPipe])
  func spans(schedule: ScheduleKind) throws {
    let spans = try events(schedule).filter { $0["ph"] as? String == "X" }
    #expect(spans.count > 100)
    let threads = Dictionary(grouping: spans) { [number($0, "pid"), number($0, "tid")] }
    for spans in threads.values {
      let sorted = spans.sorted { number($0, "ts") < number($1, "ts") }
      for span in sorted { #expect(number(span, "dur") >= 0) }
      for (before, after) in zip(sorted, sorted.dropFirst()) {
        // Microseconds with three decimals: half a nanosecond of slack.
        #expect(number(before, "ts") + number(before, "dur") <= number(after, "ts") + 0.0005)
      }
    }
  }

  @Test("every arrow starts at a send and ends at a pass that starts no earlier")
  func arrows() throws {
    let events = try events(.oneForwardOneBackward)
    let starts = events.filter { $0["ph"] as? String == "s" }
    let ends = events.filter { $0["ph"] as? String == "f" }
    let byID = Dictionary(uniqueKeysWithValues: ends.map { (number($0, "id"), $0) })
    // 6 micro-batches, one hidden state and one gradient each.
    #expect(starts.count == 12 && ends.count == 12)
    for start in starts {
      let end = try #require(byID[number(start, "id")])
      #expect(number(end, "ts") >= number(start, "ts"))
      #expect(number(end, "pid") != number(start, "pid"))
    }
  }

  @Test("every stage is a process with a name, and counts its memory")
  func processes() throws {
    let events = try events(.dualPipe)
    let names = events.filter { $0["name"] as? String == "process_name" }
    #expect(names.map { number($0, "pid") } == [0, 1])
    for stage in 0..<2 {
      #expect(
        events.contains {
          $0["ph"] as? String == "C" && number($0, "pid") == Double(stage)
        })
    }
  }
}
