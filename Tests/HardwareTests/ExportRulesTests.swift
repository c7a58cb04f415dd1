import Hardware
import Testing
import Units

@Suite("Export rules")
struct ExportRulesTests {
  private func day(_ text: String) throws -> CalendarDate {
    try #require(CalendarDate(day: text))
  }

  private func device(
    bf16: Double, int8: Double? = nil, fp8: Double? = nil, die: Double? = nil
  ) -> Device {
    func sourced<Value>(_ value: Value) -> Sourced<Value> {
      Sourced(value, .estimated, source: "a test")
    }
    var peaks = [Precision.bf16: sourced(bf16 * FLOPsPerSecond.TFLOPS)]
    peaks[.fp8] = fp8.map { sourced($0 * FLOPsPerSecond.TFLOPS) }
    return Device(
      id: "test", name: "Test", vendor: "none", country: "US", peaks: peaks,
      integerPeak: int8.map { sourced($0 * 1e12) }, memoryCapacity: sourced(80 * Bytes.GB),
      memoryBandwidth: sourced(2000 * BytesPerSecond.GBps), dieArea: die.map(sourced))
  }

  @Test("total processing performance is the largest product of peak and bits, hand-worked")
  func performance() {
    // A100: BF16 312 · 16 = INT8 624 · 8 = 4,992; over 826 mm² 6.04.
    let a100 = device(bf16: 312, int8: 624, die: 826)
    #expect(abs((a100.totalProcessingPerformance ?? 0) - 4992) < 1e-9)
    #expect(abs((a100.performanceDensity ?? 0) - 6.0436) < 1e-3)
    // H800: FP8 1,979 · 8 = 15,832 is above BF16 989 · 16 = 15,824; over 814 mm² 19.45.
    let h800 = device(bf16: 989, fp8: 1979, die: 814)
    #expect(abs((h800.totalProcessingPerformance ?? 0) - 15_832) < 1e-9)
    #expect(abs((h800.performanceDensity ?? 0) - 19.450) < 1e-3)
    // H20: FP8 296 · 8 = 2,368; over 814 mm² 2.91. Ascend 910B1: BF16 363.7 · 16 = 5,819.2.
    #expect(abs((device(bf16: 148, fp8: 296).totalProcessingPerformance ?? 0) - 2368) < 1e-9)
    #expect(abs((device(bf16: 363.7).totalProcessingPerformance ?? 0) - 5819.2) < 1e-9)
    #expect(device(bf16: 148).performanceDensity == nil)
  }

  @Test("links count both directions, and the sum of memory and links follows")
  func figures() {
    let item = ExportItem(device(bf16: 100), scaleUp: 300 * BytesPerSecond.GBps)
    #expect(item.figures[.linkBandwidth] == 600e9)
    #expect(item.figures[.memoryAndLinkBandwidth] == 2600e9)
    #expect(ExportItem(device(bf16: 100), scaleUp: nil).figures[.linkBandwidth] == nil)
  }

  private func rules() throws -> ExportRules {
    let strict = ExportClause(
      name: "strict", verdict: .denied,
      alternatives: [
        [.totalProcessingPerformance: ExportLimit(atLeast: 4800)],
        [
          .totalProcessingPerformance: ExportLimit(atLeast: 1600),
          .performanceDensity: ExportLimit(atLeast: 5.92),
        ],
      ])
    let easier = ExportClause(
      name: "easier", verdict: .caseByCase, eases: true,
      alternatives: [[.totalProcessingPerformance: ExportLimit(below: 21_000)]])
    return ExportRules(
      id: "test", name: "Test",
      rules: [
        ExportRule(
          name: "first", from: try day("2023-11-17"), announced: try day("2023-10-17"),
          destinations: ["China"], countries: ["US"], clauses: [strict], source: "a test"),
        ExportRule(
          name: "second", from: try day("2026-01-15"), destinations: ["China"], countries: ["US"],
          clauses: [easier], source: "a test"),
      ])
  }

  private func item(
    _ performance: Double, density: Double?, country: String = "US"
  ) -> ExportItem {
    var figures = [ExportFigure.totalProcessingPerformance: performance]
    figures[.performanceDensity] = density
    return ExportItem(device: "test", country: country, figures: figures)
  }

  @Test("a limit holds from its number on, and from the day of its rule on")
  func limits() throws {
    let rules = try rules()
    let before = try day("2023-11-16")
    let after = try day("2023-11-17")
    for (performance, verdict) in [(4799.9, ExportVerdict.free), (4800, .denied)] {
      let item = item(performance, density: 1)
      #expect(rules.standing(of: item, in: "China", on: after).verdict == verdict)
      #expect(rules.standing(of: item, in: "China", on: before).verdict == .free)
    }
    #expect(
      rules.standing(of: item(1600, density: 5.92), in: "China", on: after).verdict == .denied)
    #expect(rules.standing(of: item(1599, density: 9), in: "China", on: after).verdict == .free)
  }

  @Test("a rule speaks of its destinations and of the goods of its countries only")
  func scope() throws {
    let rules = try rules()
    let day = try day("2024-01-01")
    #expect(rules.standing(of: item(9000, density: 9), in: "Japan", on: day).verdict == .free)
    let foreign = item(9000, density: 9, country: "CN")
    #expect(rules.standing(of: foreign, in: "China", on: day).verdict == .free)
  }

  @Test("a missing figure leaves a verdict open only where it decides")
  func missing() throws {
    let rules = try rules()
    let day = try day("2024-01-01")
    let open = rules.standing(of: item(2000, density: nil), in: "China", on: day)
    #expect(open.verdict == nil)
    #expect(open.atBest == .free && open.atWorst == .denied)
    #expect(open.missing == [.performanceDensity])
    #expect(
      rules.standing(of: item(5000, density: nil), in: "China", on: day).verdict == .denied)
    #expect(rules.standing(of: item(1000, density: nil), in: "China", on: day).verdict == .free)
  }

  @Test("an easing clause frees what was denied and binds nothing that was free")
  func easing() throws {
    let rules = try rules()
    let day = try day("2026-01-15")
    let verdicts = [1000.0, 20_000, 21_000].map {
      rules.standing(of: item($0, density: 1), in: "China", on: day).verdict
    }
    #expect(verdicts == [.free, .caseByCase, .denied])
  }

  @Test("a rule that is announced is told before it holds, and not before it is known")
  func announced() throws {
    let rules = [try rules()]
    let item = item(5000, density: 1)
    let day = try day("2023-10-17")
    let effect = try self.day("2023-11-17")
    let before = try self.day("2023-10-16")
    #expect(rules.lastAnnounced(on: day) == effect)
    #expect(rules.lastAnnounced(on: before) == nil)
    #expect(rules.standing(of: item, in: "China", on: day).verdict == .free)
    #expect(rules.standing(of: item, in: "China", on: effect, known: day).verdict == .denied)
    let distant = try self.day("2026-02-01")
    #expect(rules.standing(of: item, in: "China", on: distant, known: day).verdict == .denied)
  }

  @Test("of several authorities the strictest decides, and one cannot ease what another forbids")
  func authorities() throws {
    let own = ExportRules(
      id: "other", name: "Other",
      rules: [
        ExportRule(
          name: "ban", from: try day("2025-01-01"), destinations: ["China"],
          clauses: [ExportClause(name: "ban", verdict: .denied)], source: "a test")
      ])
    let standing = [try rules(), own].standing(
      of: item(5000, density: 1), in: "China", on: try day("2026-02-01"))
    #expect(standing.verdict == .denied)
    #expect(standing.clause == "ban")
  }

  @Test("supply is that of the last step before a day, and none before the first")
  func supply() throws {
    let supply = Supply(steps: [
      .init(from: try day("2025-06-01"), devices: 4096),
      .init(from: try day("2025-01-01"), devices: 1024),
    ])
    let devices = try ["2024-12-31", "2025-01-01", "2026-01-01"].map {
      supply.devices(on: try day($0))
    }
    #expect(devices == [0, 1024, 4096])
  }
}
