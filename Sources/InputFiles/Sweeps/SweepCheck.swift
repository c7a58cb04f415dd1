import Hardware
import Planner

/// Holds a sweep against its scenario before anything is answered: every value of a list, and both ends of a
/// range. All faults are told at once, each where it stands in the block.
struct SweepCheck {
  let block: SweepBlock
  let reader: PointReader
  /// What is wrong with the scenario without its sweep; it is told once.
  let known: Set<Fault>
  /// The scenario without the sweep; nil where it has faults.
  let base: Scenario?
  /// Scenarios that were read with a value of the sweep.
  private(set) var tried: [Scenario] = []
  private(set) var faults: [Fault] = []

  init(_ block: SweepBlock, _ reader: PointReader, base: Scenario?, known: [Fault]) {
    self.block = block
    self.reader = reader
    self.base = base
    self.known = Set(known)
    for index in block.axes.indices { check(index) }
  }

  private mutating func check(_ index: Int) {
    let axis = block.axes[index]
    if let cause = cause(against: axis, at: index) {
      faults.append(Fault(cause, at: axis.field.place))
      return
    }
    var seen: Set<String> = []
    for value in axis.values {
      if axis.isList, !seen.insert(value.text).inserted {
        faults.append(Fault(.relation(.valueTwice(value.text)), at: value.place))
        continue
      }
      // One fault of a field's name stands for all.
      guard check(value, of: axis) else { return }
    }
  }

  /// Why a field cannot be swept, whatever its values.
  private func cause(against axis: SweepBlock.Axis, at index: Int) -> Cause? {
    let address = reader.address(of: axis.field.text)
    let isOfScenario = address.file == reader.address(of: "").file
    if isOfScenario, address.key == "sweep" || address.key.hasPrefix("sweep.") {
      return .relation(.sweepOfItself)
    }
    for other in block.axes[..<index] {
      let earlier = reader.address(of: other.field.text)
      if earlier.file == address.file, earlier.holds(address) || address.holds(earlier) {
        return .relation(.sweptTwice(other.field.text))
      }
    }
    let folder = folder(of: address.file)
    let hasNumbers = folder.hasPrefix("hardware-profiles") && folder != FileKind.fleet.folder
    if let base, hasNumbers, !base.inputs.contains(where: { $0.file == address.file }) {
      return .relation(.unusedInput(file: address.file))
    }
    return nil
  }

  /// - Returns: Whether the field is one that there is.
  private mutating func check(_ value: SweepBlock.Word, of axis: SweepBlock.Axis) -> Bool {
    let address = reader.address(of: axis.field.text)
    do throws(Faults) {
      let setting = SweepSetting(field: axis.field.text, text: value.text)
      let scenario = try reader.scenario([setting], keepsInputs: true)
      tried.append(scenario)
      guard let base else { return true }
      if scenario.models.count != base.models.count || scenario.fleets.count != base.fleets.count {
        faults.append(Fault(.relation(.changesRows), at: value.place))
      }
      return true
    } catch {
      let new = error.faults.filter { !known.contains($0) }
      faults += new.map { fault in
        if fault.isOfName(address) { return Fault(fault.cause, at: axis.field.place) }
        return fault.place.file.hasSuffix(address.file)
          || fault.place.file == value.place.file
          ? Fault(fault.cause, at: value.place) : fault
      }
      return !new.contains { $0.isOfName(address) }
    }
  }
}

extension FieldAddress {
  /// Whether another field of the same file is this one or a part of it.
  fileprivate func holds(_ other: FieldAddress) -> Bool {
    other.key == key || other.key.hasPrefix("\(key).") || other.key.hasPrefix("\(key)[")
  }
}

extension Fault {
  /// Whether it is the field that is wrong, and no value of it.
  fileprivate func isOfName(_ address: FieldAddress) -> Bool {
    guard place.key == address.key else { return false }
    return switch cause {
    case .key(.unknown), .key(.noEntry), .key(.notInside), .file(.notAnInput): true
    default: false
    }
  }
}
