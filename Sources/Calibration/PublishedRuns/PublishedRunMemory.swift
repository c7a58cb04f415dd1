public import Units

/// A row's peak memory.
public struct MemoryObservation: Hashable, Sendable {
  public enum Kind: String, Sendable {
    /// What the framework's tensors hold.
    case allocated
    /// What the device shows as taken: the allocator's cache and the context with it.
    case shown = "shown by the device"
  }

  /// The unit as the row writes it.
  public var unit: String
  public var value: Double
  public var kind: Kind
  /// One unit of the row.
  public var scale: Bytes

  /// Reads one of the row's up to three measurements; nil where it is no memory figure.
  ///
  /// `76/80` is what is used of what there is.
  init?(_ fields: RunFields, slot: Int) {
    let suffix = slot == 1 ? "" : String(slot)
    guard let metric = fields["metric\(suffix)"], metric.mentions("memory"),
      let text = fields["value\(suffix)"], let unit = fields["unit\(suffix)"]
    else { return nil }
    let used = text.split(separator: "/").first.map(String.init) ?? text
    guard let number = singleNumber(used), number > 0 else { return nil }
    switch true {
    case unit.mentions("gib"): scale = .GiB
    case unit.mentions("mib"): scale = .GiB / 1024
    case unit.mentions("gb"): scale = .GB
    case unit.mentions("mb"): scale = .GB / 1000
    default: return nil
    }
    self.unit = unit
    value = number
    kind = metric.mentions("allocated") ? .allocated : .shown
  }
}
