import CSV

/// The cells of one row under the names of the common schema, whichever header its file has.
struct RunFields {
  private var cells: [String: String]

  /// The text of a cell, or nil where it is empty or says that nothing is known.
  subscript(column: String) -> String? {
    guard let text = cells[column], !saysNothing(text) else { return nil }
    return text
  }

  init(_ cells: [String: String]) { self.cells = cells }

  init(_ row: CSVRow) {
    let pairs = zip(row.header.columns, row.fields)
    cells = Dictionary(pairs.map { ($0, $1) }) { first, _ in first }
    if row.header.has("measured") { translateLayoutSchema() }
  }

  /// Whether a cell holds just these words, even such as say that nothing is known.
  func says(_ words: String, in column: String) -> Bool { cells[column] == words }

  /// All of the row's own words about the model and the run.
  var prose: String { [self["model"], self["notes"]].compactMap { $0 }.joined(separator: "; ") }

  /// Renames the columns of the second schema, which states layouts in lower case and shapes of
  /// shared experts and latent attention more fully.
  private mutating func translateLayoutSchema() {
    // `devices` means a count there and a text here, so that one moves first.
    cells["n_devices"] = cells["devices"]
    cells["devices"] = nil
    let names = [
      "measured": "value", "accelerator": "devices", "seq": "seq_len", "gbs": "global_batch",
      "mbs": "micro_batch", "tp": "TP", "pp": "PP", "vpp": "VPP", "dp": "DP", "cp": "CP",
      "ep": "EP", "etp": "ETP",
    ]
    for (theirs, ours) in names { cells[ours] = cells[theirs] }
    cells["model_key"] = cells["model_key"] ?? cells["model"]
    cells["sequence_parallel"] = ["1": "yes", "0": "no"][cells["sp"] ?? ""]
    if let stage = cells["zero"], !stage.isEmpty {
      cells["opt_sharding"] = stage == "0" ? "none" : "ZeRO-\(stage)"
    }
    if let width = self["shared_ffn"] {
      cells["shared_experts"] = width == "0" ? "0" : "1 (width \(width))"
    }
    if let mixer = self["attention"], mixer.mentions("mla") {
      cells["kv_heads"] = "MLA"
      cells["latent"] = mixer
    }
    if let network = self["mlp"] {
      cells["ffn_kind"] = network.mentions(anyOf: ["glu", "gated"]) ? "gated" : "plain"
    }
    if let rate = self["scale_out_GBps_per_dev"] {
      cells["interconnect"] = "\(rate) GB/s per device"
    }
  }
}
