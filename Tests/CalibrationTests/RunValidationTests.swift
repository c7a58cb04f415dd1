import Fixtures
import Hardware
import Parallelism
import Testing
import Units

@testable import Calibration

@Suite("Holding predictions against runs")
struct RunValidationTests {
  /// A step of 3 s that takes 60 GB of tensors and 70 GB in all, and fits once it recomputes.
  private func validation(fitsFrom need: Double = 0) -> RunValidation {
    RunValidation(
      fleet: { (IdealFleet.fleet(size: $0.count), ["a guess"]) },
      estimate: { job in
        let level: Double =
          switch job.plan.recompute {
          case .none: 0
          case .selective(let parts): Double(parts.list.count)
          case .full: 3
          case .share(let share): 3 * share
          }
        return .init(
          time: Seconds(3 + level), allocated: 60 * .GB, shown: (70 - level) * .GB,
          fits: level >= need)
      })
  }

  @Test("a predicted row has its number, its error and its status")
  func predicted() throws {
    let lines = validation().validate([RunFixtures.row()])
    let line = try #require(lines.first)
    #expect(lines.count == 1)
    #expect(line.status == "predicted")
    #expect(line.predicted == 3)
    // 3 s predicted, 2 s observed.
    #expect(line.relativeError == 0.5)
    #expect(line.ratio == 1.5)
    #expect(line.assumed == ["a guess"])
    // 3 s · 8 ranks ÷ 131,072 tokens.
    #expect(line.secondsPerToken == 24.0 / 131_072)
  }

  @Test("a row with memory has a second line, allocated or shown as the row says")
  func memory() throws {
    let cells = ["metric2": "memory used/total", "value2": "35/80", "unit2": "GB"]
    let lines = validation().validate([RunFixtures.row(RunFixtures.dense, cells)])
    #expect(lines.map(\.label.metric) == ["step time", "peak memory"])
    #expect(lines[1].predicted == 70)
    #expect(lines[1].relativeError == 1)
    let allocated = ["metric2": "memory allocated", "value2": "60", "unit2": "GB"]
    let exact = validation().validate([RunFixtures.row(RunFixtures.dense, allocated)])
    #expect(exact[1].predicted == 60)
  }

  @Test("memory is not predicted for a sequence that nobody states")
  func unstatedSequence() throws {
    let cells = [
      "metric2": "memory max", "value2": "35", "unit2": "GB", "seq_len": "",
      "metric": "tokens/s/GPU", "unit": "tok/s",
    ]
    let lines = validation().validate([RunFixtures.row(RunFixtures.dense, cells)])
    #expect(lines[0].status == "predicted")
    #expect(lines[1].status == "skipped: the row does not state seq_len")
  }

  @Test("a skipped row keeps its label and says why, once for each of its lines")
  func skipped() {
    let cells = ["metric2": "memory max", "value2": "35", "unit2": "GB", "layers": ""]
    let lines = validation().validate([RunFixtures.row(RunFixtures.dense, cells)])
    #expect(
      lines.map(\.status) == Array(repeating: "skipped: the row does not state layers", count: 2))
    #expect(lines[0].label.id == "test-1")
    #expect(lines[0].label.observed == 2)
    #expect(lines[0].predicted == nil)
    #expect(lines[0].relativeError == nil)
  }

  @Test("a row with an open setting is scored at the middle of the readings that fit")
  func middle() throws {
    let open = RunFixtures.row(RunFixtures.dense, ["recompute": "", "release": "2022-06"])
    // Steps of 3, 4, 5 and 6 s: half of the weight lies at 4 s or below.
    let all = validation().validate([open])[0]
    #expect(all.interval == PredictionInterval(lowest: 3, middle: 4, highest: 6))
    #expect(all.predicted == 4)
    #expect(all.readings == 4)
    #expect(all.plan?.recompute == .selective([.activations]))
    // Only 5 and 6 s fit.
    let fitting = validation(fitsFrom: 2).validate([open])[0]
    #expect(fitting.interval == PredictionInterval(lowest: 5, middle: 5, highest: 6))
    #expect(fitting.plan?.recompute == .selective([.attention, .activations]))
  }

  // Ten layers a stage, of which 2.2 ÷ 3 must be computed again: eight. Steps of 5.4 and 6 s.
  @Test("where only whole layers fit, no more of them are computed again than must be")
  func fewestLayers() throws {
    let open = RunFixtures.row(RunFixtures.dense, ["recompute": "", "layers": "20"])
    let line = validation(fitsFrom: 2.2).validate([open])[0]
    #expect(line.plan?.recompute == .share(0.8))
    #expect(line.readings == 2)
    #expect(line.interval?.highest == 6)
    let stated = RunFixtures.row(RunFixtures.dense, ["recompute": "full", "layers": "20"])
    #expect(validation(fitsFrom: 2.2).validate([stated])[0].plan?.recompute == .full)
  }

  @Test("the middle does not move with the measured number")
  func blindness() throws {
    let middles = ["0.1", "4.4", "1000"].map { observed in
      validation().validate([
        RunFixtures.row(
          RunFixtures.dense, ["recompute": "", "release": "2022-06", "value": observed])
      ])[0].predicted
    }
    #expect(middles == [4, 4, 4])
  }

  @Test("a common value weighs more than a rare one")
  func weights() throws {
    // Steps of 3 s under each micro-batch; 156 of 185 of the weight lies on a micro-batch of 1.
    let open = RunFixtures.row(RunFixtures.dense, ["micro_batch": ""])
    var validation = validation()
    validation.estimate = { job in
      .init(
        time: Seconds(10 - Double(job.plan.microBatch)), allocated: .zero, shown: .zero, fits: true)
    }
    let line = validation.validate([open])[0]
    #expect(line.interval == PredictionInterval(lowest: 2, middle: 9, highest: 9))
    #expect(line.plan?.microBatch == 1)
  }

  @Test("peak memory is scored at its own middle")
  func memoryMiddle() throws {
    let cells = [
      "recompute": "", "release": "2022-06", "metric2": "memory max", "value2": "35", "unit2": "GB",
    ]
    let lines = validation().validate([RunFixtures.row(RunFixtures.dense, cells)])
    #expect(lines[1].interval == PredictionInterval(lowest: 67, middle: 68, highest: 70))
  }

  @Test("where nothing fits, the reading that takes least is told, and that nothing fits")
  func nothingFits() throws {
    let open = RunFixtures.row(RunFixtures.dense, ["recompute": ""])
    let none = validation(fitsFrom: 9).validate([open])[0]
    #expect(none.plan?.recompute == .full)
    #expect(none.readings == 1)
    #expect(none.memoryVerdict == .falseAlarm)
    #expect(validation().validate([open])[0].memoryVerdict == .fits)
  }

  @Test("a run that ran out of memory is predicted so or not, and has no number to err in")
  func outOfMemory() throws {
    let failed = RunFixtures.row(RunFixtures.dense, ["value": "OOM"])
    let hit = validation(fitsFrom: 1).validate([failed])[0]
    #expect(hit.status == "predicted: out of memory, as the source reports")
    #expect(hit.memoryVerdict == .hit)
    #expect(hit.predicted == nil)
    #expect(hit.relativeError == nil)
    let miss = validation().validate([failed])[0]
    #expect(miss.status == "predicted: fits in memory, where the source ran out of it")
    let counts = memoryVerdicts(of: [hit, miss] + validation().validate([RunFixtures.row()]))
    #expect(counts.map(\.source) == ["all", "test"])
    #expect(counts[0].counts == [.hit: 1, .miss: 1, .fits: 1])
  }

  @Test("a layout is searched for where the row states none")
  func search() {
    let open = RunFixtures.row(RunFixtures.dense, ["TP": "", "PP": "", "DP": ""])
    var validation = validation()
    #expect(
      validation.validate([open])[0].status
        == "skipped: the row states no layout, and none was searched for")
    validation.search = { _, _, fleet in .init(data: fleet.size) }
    #expect(validation.validate([open])[0].plan?.data == 8)
    validation.search = { _, _, _ in nil }
    #expect(validation.validate([open])[0].status == "skipped: no layout fits in memory")
  }

  @Test("what a closure throws is the reason, on one line")
  func reasons() {
    struct Refusal: Error, CustomStringConvertible { let description = "no such\nmachine" }
    var validation = validation()
    validation.fleet = { _ in throw Refusal() }
    #expect(validation.validate([RunFixtures.row()])[0].status == "skipped: no such machine")
    let odd = RunFixtures.row(RunFixtures.dense, ["heads": "7", "hidden": "896"])
    #expect(
      self.validation().validate([odd])[0].status
        .hasPrefix("skipped: plan.tensor: 7 attention heads cannot be split over 2 ranks."))
  }

  @Test("an estimate that is no time is a reason to skip", arguments: [0, .infinity, .nan, -1])
  func noTime(seconds: Double) {
    var validation = validation()
    validation.estimate = { _ in
      .init(time: Seconds(seconds), allocated: .zero, shown: .zero, fits: true)
    }
    let line = validation.validate([RunFixtures.row()])[0]
    #expect(line.status == "skipped: the estimate is no time")
  }
}
