import CSV

/// What a row measured: the quantity that its metric and unit stand for.
public enum RunMeasure: Hashable, Sendable {
  /// Seconds of one optimizer step.
  case stepTime
  /// Tokens a second, of one device or of all.
  case tokenRate(perDevice: Bool)
  /// Sequences a second, of one device or of all.
  case sequenceRate(perDevice: Bool)
  /// Floating-point operations a second of one device, as the source counts them.
  case work
  /// Counted operations ÷ (time · peak); with recomputation where `hardware`.
  case utilization(hardware: Bool)
  /// Seconds of one device for a number of tokens.
  case deviceTime(tokens: Double)
  /// Seconds of the whole fleet for a number of tokens.
  case runTime(tokens: Double)

  /// Whether the figure stays what it is when more devices share more work.
  var isOfOneDevice: Bool {
    switch self {
    case .tokenRate(let perDevice), .sequenceRate(let perDevice): perDevice
    case .work, .utilization, .deviceTime: true
    case .stepTime, .runTime: false
    }
  }
}

/// One measured number of a row, in the row's own metric and unit.
public struct RunObservation: Hashable, Sendable {
  public var metric: String
  public var unit: String
  public var value: Double
  public var measure: RunMeasure
  /// One unit of the row in base units: seconds, tokens or sequences a second, FLOP/s, or a ratio.
  public var scale: Double

  /// The first of the row's up to three measurements that a step time can tell.
  ///
  /// - Throws: The reason why the first one cannot be used, if none can.
  init(_ fields: RunFields) throws(RunSkip) {
    var reason: RunSkip?
    for slot in 1...3 {
      do throws(RunSkip) {
        try self.init(fields, slot: slot)
        return
      } catch {
        reason = reason ?? error
        // Running out of memory is the row's finding; its other cells only repeat it.
        if error == .outOfMemory { throw error }
      }
    }
    throw reason ?? .missing("metric")
  }

  init(_ fields: RunFields, slot: Int) throws(RunSkip) {
    let suffix = slot == 1 ? "" : String(slot)
    metric = fields["metric\(suffix)"] ?? ""
    unit = fields["unit\(suffix)"] ?? ""
    let text = fields["value\(suffix)"] ?? ""
    if text.mentions("oom") || text.mentions("out of memory") { throw .outOfMemory }
    let found = try measured(metric: metric, unit: unit)
    guard let number = singleNumber(text), number > 0 else { throw .noSingleNumber(text) }
    value = number
    measure = found.measure
    scale = found.scale
    if case .utilization = measure, unit.isEmpty, number > 1 { scale = 0.01 }
  }
}

/// What a metric and a unit stand for, with one such unit in base units.
private func measured(
  metric: String, unit: String
) throws(RunSkip) -> (measure: RunMeasure, scale: Double) {
  let unusable = RunSkip.notAMeasurement(metric)
  guard !metric.mentions(anyOf: othersFigures) else { throw unusable }
  let rateScale = multiple(ofRate: "\(metric) \(unit)")
  if metric.mentions("hours") || unit.mentions(anyOf: ["gpu-h", "device-h", "npu-h"]) {
    guard let tokens = tokens(in: metric) else { throw unusable }
    return (.deviceTime(tokens: tokens), 3600 * multiple(ofHours: unit))
  }
  if metric.mentions("days"), let tokens = tokens(in: metric) {
    return (.runTime(tokens: tokens), 86_400)
  }
  if metric.mentions(anyOf: ["mfu", "hfu", "utilization", "percent of peak"]) {
    let isFraction = unit.isEmpty || unit.mentions("fraction")
    return (.utilization(hardware: metric.mentions("hfu")), isFraction ? 1 : 0.01)
  }
  if metric.mentions("flop") {
    guard let scale = flopScale(unit.isEmpty ? metric : unit) else { throw unusable }
    return (.work, scale)
  }
  if metric.mentions(anyOf: ["sample", "sequence"]) || unit.mentions(anyOf: ["sample", "seq"]) {
    return (.sequenceRate(perDevice: isPerDevice(metric, unit)), rateScale)
  }
  if metric.mentions(anyOf: ["token", "tok/s", "throughput"]) || unit.mentions("tok") {
    return (.tokenRate(perDevice: isPerDevice(metric, unit)), rateScale)
  }
  if metric.mentions(anyOf: ["step time", "iteration time", "time per step", "time per iteration"])
  {
    guard let scale = secondsScale(unit) else { throw unusable }
    return (.stepTime, scale)
  }
  throw unusable
}

/// Words of figures that are not this run's own speed.
private let othersFigures = [
  "reference", "prediction", "gain", "speed-up", "speedup", "linearity", "efficiency", "per layer",
  "memory",
]

/// The tokens that a time is for: 10¹² in `GPU-hours per T tokens`, 3 · 10¹¹ in `days for 300B tokens`.
private func tokens(in metric: String) -> Double? {
  guard metric.mentions("token") else { return nil }
  let words = metric.split(separator: " ").map(String.init)
  guard let index = words.firstIndex(where: { $0.mentions("token") }), index > 0 else { return nil }
  let amount = words[index - 1]
  let units = ["T": 1e12, "trillion": 1e12, "B": 1e9, "billion": 1e9, "M": 1e6, "million": 1e6]
  if let unit = units[amount] {
    return (index > 1 ? finiteNumber(words[index - 2]) ?? 1 : 1) * unit
  }
  guard let unit = amount.last.flatMap({ units[String($0)] }) else { return nil }
  return finiteNumber(String(amount.dropLast())).map { $0 * unit }
}

/// One unit of a rate of tokens or sequences, a second.
private func multiple(ofRate text: String) -> Double {
  let time = text.mentions(anyOf: ["/day", "per day"]) ? 86_400.0 : 1
  if text.mentions(anyOf: ["thousand", "k tok", "ktok"]) { return 1e3 / time }
  if text.mentions(anyOf: ["million", "m tok", "mtok"]) { return 1e6 / time }
  if text.mentions(anyOf: ["billion", "b tok"]) { return 1e9 / time }
  return 1 / time
}

private func multiple(ofHours unit: String) -> Double {
  switch unit.first {
  case "K", "k": 1e3
  case "M": 1e6
  default: 1
  }
}

private func flopScale(_ text: String) -> Double? {
  let scales: [(String, Double)] = [("pflop", 1e15), ("tflop", 1e12), ("gflop", 1e9)]
  return scales.first { text.mentions($0.0) }?.1
}

private func secondsScale(_ unit: String) -> Double? {
  let scales = ["s": 1, "sec": 1, "seconds": 1, "ms": 1e-3, "us": 1e-6, "min": 60, "minutes": 60]
  let time = unit.lowercased().split(separator: "/").first.map(String.init) ?? ""
  return scales[time]
}

/// Whether a rate is that of one device. A source that does not say "total" and names a device
/// means one device; so does one that only guesses per which part of a card it counts.
private func isPerDevice(_ metric: String, _ unit: String) -> Bool {
  let text = "\(metric) \(unit)"
  if text.mentions("total") { return false }
  return text.mentions(anyOf: oneDevice)
}

private let oneDevice = [
  "/gpu", "/npu", "/device", "/chip", "/gcd", "/card", "/accelerator", "/xpu", "/dcu", "/p/s",
  "per device", "per_device", "per gpu", "per npu", "per what", "per a3",
]
