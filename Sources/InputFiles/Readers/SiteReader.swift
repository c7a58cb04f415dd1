import Hardware
import Units

/// An amount of money with a date and an origin of its own:
/// `{value: 28 K USD, date: 2025-06, kind: specified, source: a price list}`.
public struct MoneyEntry: Sendable {
  var money: Sourced<Written<MoneyText>>
  var date: String
  var place: Place
}

/// A site as it is written: `hardware-profiles/sites/ID.yaml`.
public struct SiteEntry: Sendable {
  var id: String
  var name: String
  var electricity: MoneyEntry
  var powerOverhead: Sourced<Double>
  var carbon: Sourced<Double>
  var staff: MoneyEntry
  var hostFactor: Sourced<Double>
  var idleShare: Sourced<Double>
}

extension Form where Value == SiteEntry {
  static func site(id: String) -> Form {
    .table { table in
      let site = SiteEntry(
        id: id,
        name: table.get("name", .text, "North China"),
        electricity: table.get(
          "electricity", .datedMoney(per: .kilowattHour, "0.5 RMB/kWh"), "{value: 0.5 RMB/kWh, ...}"
        ),
        powerOverhead: table.sourced("pue", .ratio, .from(1, to: 5), "1.25"),
        carbon: table.sourced("carbon", .carbon, .notNegative, "0.58 kg/kWh"),
        staff: table.get(
          "staff", .datedMoney(per: .once, "2 K RMB"), "{value: 2 K RMB, ...}"),
        hostFactor: table.sourced("host_power_factor", .ratio, .from(1, to: 10), "1.45"),
        idleShare: table.sourced("idle_power_share", .ratio, .fraction, "30 %"))
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return site
    }
  }
}

/// What owning devices costs, as it is written: `hardware-profiles/ownership/ID.yaml`.
public struct OwnershipEntry: Sendable {
  var id: String
  var name: String
  var life: Sourced<Seconds>
  var residual: Sourced<Double>
  var facilityLife: Sourced<Seconds>
  var occupancy: Sourced<Double>
  var devices: [String: OwnedDevice]
}

/// The four purchases of one device.
public struct OwnedDevice: Sendable {
  var device: MoneyEntry
  var server: MoneyEntry
  var network: MoneyEntry
  var facility: MoneyEntry
}

extension Form where Value == OwnershipEntry {
  static func ownership(id: String) -> Form {
    .table { table in
      let entry = OwnershipEntry(
        id: id,
        name: table.get("name", .text, "Purchases in China, 2025"),
        life: table.sourced("life", .time, .positive, "5 y"),
        residual: table.sourced("residual", .ratio, .fraction, "10 %"),
        facilityLife: table.sourced("facility_life", .time, .positive, "15 y"),
        occupancy: table.sourced("occupancy", .ratio, .share, "85 %"),
        devices: table.get(
          "devices", .ownedDevices, "{nvidia-h100-sxm: {device: ..., server: ...}}"))
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return entry
    }
  }
}

extension Form where Value == [String: OwnedDevice] {
  fileprivate static var ownedDevices: Form {
    .table { table in
      let example = "{device: {value: 28 K USD, ...}, server: ..., network: ..., facility: ...}"
      let devices = table.names(Form<OwnedDevice>.ownedDevice, example)
      for device in devices { table.mention(.device, device.name) }
      if devices.isEmpty { table.report(.key(.emptyList(example: "{nvidia-h100-sxm: ...}"))) }
      return Dictionary(devices.map { ($0.name, $0.value) }) { first, _ in first }
    }
  }
}

extension Form where Value == OwnedDevice {
  fileprivate static var ownedDevice: Form {
    .table { table in
      let item = { (key: String, example: String) in
        table.get(key, .datedMoney(per: .once, example), "{value: \(example), ...}")
      }
      return OwnedDevice(
        device: item("device", "28 K USD"), server: item("server", "6 K USD"),
        network: item("network", "5 K USD"), facility: item("facility", "12 K USD"))
    }
  }
}

extension Form where Value == MoneyEntry {
  fileprivate static func datedMoney(per: MoneyText.Per, _ example: String) -> Form {
    .table { table in
      let form = Form<MoneyText>.money(per: per)
      let written = table.get("value", .written(form), example)
      let date = table.get("date", .date, "2025-06")
      let kind = table.get("kind", .choice as Form<Provenance>, "specified")
      let source = table.get("source", .text, "a price list")
      _ = table.find("note", .text, "without tax")
      table.findDistribution(around: written.text, form)
      table.keep(written.text, kind: kind, source: source)
      return MoneyEntry(
        money: Sourced(written, kind, source: source), date: date, place: table.place(of: "value"))
    }
  }
}
