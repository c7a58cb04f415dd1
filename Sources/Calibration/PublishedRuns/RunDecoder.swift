import CSV
import Parallelism
import Workload

/// Reads one row into a run, and notes what it had to assume.
struct RunDecoder {
  let fields: RunFields
  /// The model file that the row's key names, where there is one.
  let base: ModelArchitecture?
  /// Whether the file has the row's whole key as its name, so that it also tells the main shapes.
  let isExactBase: Bool
  private(set) var assumed: [String] = []

  init(fields: RunFields, lookup: (String) -> ModelArchitecture?) {
    self.fields = fields
    var key = fields["model_key"] ?? ""
    var found = lookup(key)
    isExactBase = found != nil
    // `ling-plus-290b-a28.8b` is a file named `ling-plus`; its sizes are not part of the name.
    while found == nil, let dash = key.lastIndex(of: "-") {
      key = String(key[..<dash])
      found = lookup(key)
    }
    base = found
  }

  mutating func assume(_ what: String) {
    if !assumed.contains(what) { assumed.append(what) }
  }

  mutating func run(
    label: RunLabel, observation: RunObservation?
  ) throws(RunSkip) -> PublishedRun {
    let stated = try statedAxes()
    let model = try model()
    let devices = try devices(stated: stated, model: model, measure: observation?.measure)
    var hardware = try hardware(devices: devices)
    let recipe = try recipe(of: model)
    if fields.prose.mentions(anyOf: ["v-half", "v-min"]) {
      assume("1F1B for the row's own pipeline schedule")
    }
    let readings = try readings(of: model, stated: stated, recipe: recipe, devices: devices)
    hardware.isFullySharded =
      readings.first.map { $0.plan.sharding == .weights && $0.plan.tensor * $0.plan.pipeline == 1 }
      ?? false
    return PublishedRun(
      label: label, model: model, recipe: recipe, readings: readings, hardware: hardware,
      observation: observation, flops: .of(fields, observation: observation),
      isSequenceStated: fields["seq_len"] != nil, assumed: assumed)
  }

  /// A whole number from 1 to a limit, or nil where the row states none.
  ///
  /// `44 (GAS 44)` is 44, and `32K` is 32,768: who writes K of a count means a power of two. A range,
  /// such as `2304 to 9216`, is its end: most of a run is done there.
  mutating func count(_ column: String, limit: Double) throws(RunSkip) -> Int? {
    guard let text = fields[column] else { return nil }
    let exact = singleNumber(text)
    let binary = text.lowercased().hasSuffix("k") ? singleNumber(String(text.dropLast())) : nil
    let values = (exact ?? binary.map { 1024 * $0 }).map { [$0] } ?? numbers(in: text)
    if text.mentions("token") { throw .unreadable(column: column, text: text) }
    guard let first = values.first else {
      if text.mentions(anyOf: ["not ", "unknown", "recalled"]) { return nil }
      throw .unreadable(column: column, text: text)
    }
    let value = text.mentions(" to ") ? values.last ?? first : first
    guard value >= 1, value <= limit else {
      throw .outOfRange(column: column, value: value, limit: limit)
    }
    guard value == value.rounded() else { throw .unreadable(column: column, text: text) }
    if exact == nil { assume("\(column) \(Int(value)), from '\(text)'") }
    return Int(value)
  }

  /// The month of release; the middle of the source's year where only that is stated.
  var release: String { fields["release"] ?? fields["year"].map { "\($0)-06" } ?? "" }

  /// The same for comparing with other months; a row that states none counts as recent.
  var month: String { release.isEmpty ? "9999-12" : release }

  private mutating func hardware(devices: Int) throws(RunSkip) -> RunHardware {
    let key = fields["device_key"] ?? ""
    let text = fields["devices"] ?? ""
    if key.isEmpty && text.isEmpty { throw .unnamedDevice("") }
    let perNode = fields["devices_per_node"].flatMap(finiteNumber) ?? 8
    return RunHardware(
      device: key.isEmpty ? nil : key.filter { $0 != "?" }, isDeviceDoubtful: key.contains("?"),
      deviceText: text,
      interconnect: Interconnect(
        fields["interconnect"] ?? "", devicesPerNode: Int(min(max(perNode, 1), 1e6))),
      framework: fields["stack"] ?? "", release: release, source: fields["source"] ?? "",
      precision: try precision(), count: devices, model: fields["model"] ?? "")
  }

  /// The devices of the run: as printed, or as the printed axes make them.
  ///
  /// A figure of one device hardly depends on their number. Where none is printed, as many are
  /// taken as hold 16 bytes a weight in 20 GB each, a power of two from 8 up.
  private mutating func devices(
    stated: StatedAxes, model: ModelArchitecture, measure: RunMeasure?
  ) throws(RunSkip) -> Int {
    if let printed = try count("n_devices", limit: 1e6) ?? stated.devices { return printed }
    guard measure?.isOfOneDevice == true else { throw .missing("n_devices") }
    let needed = Double(model.parameterCount.total) * 16 / 20e9
    var devices = 8
    while Double(devices) < needed, devices < 1 << 19 { devices *= 2 }
    assume("\(devices) devices")
    return devices
  }
}
