import Foundation

/// A kind of input file: what question it answers, and where it stands.
public enum FileKind: String, CaseIterable, Sendable {
  case device, fabric, kernels, stack, prices
  case exchangeRates = "exchange-rates"
  case reliability, site, ownership
  case exportRules = "export-rules"
  case fleet, model, scenario

  /// Its folder, relative to the project's root.
  public var folder: String {
    switch self {
    case .device: "hardware-profiles/devices"
    case .fabric: "hardware-profiles/fabrics"
    case .kernels: "hardware-profiles/software/kernels"
    case .stack: "hardware-profiles/software/stacks"
    case .prices, .exchangeRates: "hardware-profiles/prices"
    case .reliability: "hardware-profiles/reliability"
    case .site: "hardware-profiles/sites"
    case .ownership: "hardware-profiles/ownership"
    case .exportRules: "hardware-profiles/export-rules"
    case .fleet: "hardware-profiles/fleets"
    case .model: "scenarios/models"
    case .scenario: "scenarios"
    }
  }

  /// What a sentence calls one.
  public var words: String {
    switch self {
    case .device: "device"
    case .fabric: "fabric"
    case .kernels: "kernel profile"
    case .stack: "software stack"
    case .prices: "price list"
    case .exchangeRates: "list of exchange rates"
    case .reliability: "reliability profile"
    case .site: "site"
    case .ownership: "list of purchases"
    case .exportRules: "list of export rules"
    case .fleet: "fleet"
    case .model: "model"
    case .scenario: "scenario"
    }
  }

  /// The key that names one in a fleet's file.
  var key: String {
    switch self {
    case .prices: "price"
    default: rawValue
    }
  }
}

/// Whether a field speaks of runs, money or machines' failures only, so that no step depends on it.
func isBeyondSteps(file: String, key: String) -> Bool {
  switch kindByFolder(file) {
  case .prices, .exchangeRates, .reliability, .site, .ownership, .exportRules: return true
  case .scenario:
    let last = key.split(separator: ".").last ?? ""
    return (key.hasPrefix("run.") && !key.hasPrefix("run.batch_ramp."))
      || key.contains("].checkpoint.")
      || ["time_factor", "spare_nodes"].contains(last)
  case .device, .fabric, .kernels, .stack, .fleet, .model, nil: return false
  }
}

/// The one file of its folder that is no price list.
let exchangeRateFile = FileKind.exchangeRates.rawValue

/// The kind of the files in a file's folder, wherever the project lies.
func kindByFolder(_ path: String) -> FileKind? {
  if fileID(path) == exchangeRateFile { return .exchangeRates }
  if let kind = kindsByFolder[folder(of: path)] { return kind }
  let file = URL(fileURLWithPath: path).standardizedFileURL
  let folder = file.deletingLastPathComponent().path
  return kindsByFolder.first { folder.hasSuffix("/" + $0.key) }?.value
}

/// The kinds by their folders, which no two share but price lists and exchange rates.
private let kindsByFolder = Dictionary(
  uniqueKeysWithValues: FileKind.allCases.filter { $0 != .exchangeRates }.map { ($0.folder, $0) })
