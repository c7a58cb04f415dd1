/// What is wrong with a name that stands for another file, or for a fleet of the scenario.
public enum NameCause: Hashable, Sendable {
  case unknown(FileKind, name: String, nearest: String?, folder: String, known: [String])
  /// No profile lists the device, and none was named.
  case noDefault(FileKind, device: String)
  /// Several profiles list the device, and none was named.
  case severalDefaults(FileKind, device: String, names: [String])
  case notInScenario(name: String, nearest: String?, fleets: [String])
  case twice(name: String)
  /// A place that no export rule names.
  case noDestination(name: String, nearest: String?, known: [String])
  /// A fleet that is to be two pools of one mix.
  case poolTwice(name: String)

  /// A name that no fleet of the scenario has.
  static func unknownFleet(_ reference: Reference, among fleets: [String]) -> Self {
    let near = nearest(to: reference.name, among: fleets)
    return .notInScenario(name: reference.name, nearest: near, fleets: fleets)
  }

  var words: String {
    switch self {
    case .unknown(let kind, let name, let nearest?, let folder, _):
      """
      \(quoted(name)) is no \(kind.words) in '\(folder)'. Did you mean \(quoted(nearest))?
      """
    case .unknown(let kind, let name, nil, let folder, let known) where known.isEmpty:
      "\(quoted(name)) is no \(kind.words): '\(folder)' holds none. Add '\(shown(name)).yaml' there."
    case .unknown(let kind, let name, nil, let folder, let known):
      """
      \(quoted(name)) is no \(kind.words) in '\(folder)', which holds \(listed(known)). Choose one, \
      or add '\(shown(name)).yaml' there.
      """
    case .noDefault(let kind, let device):
      "no \(kind.words) lists the device \(quoted(device)). Name one with '\(kind.key): ...'."
    case .severalDefaults(let kind, let device, let names):
      """
      \(names.count) \(kind.words)s list the device \(quoted(device)): \(listed(names)). Name one \
      with '\(kind.key): ...'.
      """
    case .notInScenario(let name, let nearest?, _):
      "\(quoted(name)) is no fleet of this scenario. Did you mean \(quoted(nearest))?"
    case .notInScenario(let name, nil, let fleets):
      "\(quoted(name)) is no fleet of this scenario. Its fleets are \(listed(fleets))."
    case .noDestination(let name, let nearest?, _):
      "no export rule speaks of \(quoted(name)). Did you mean \(quoted(nearest))?"
    case .noDestination(let name, nil, let known):
      "no export rule speaks of \(quoted(name)). The rules know \(listed(known))."
    case .twice(let name):
      "\(quoted(name)) stands twice. Keep one, or give one of them a 'name' of its own."
    case .poolTwice(let name):
      """
      \(quoted(name)) stands twice. Devices are in one pool only: list the fleet twice under 'fleets', \
      with a 'name' each.
      """
    }
  }
}
