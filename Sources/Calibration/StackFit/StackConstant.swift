import Foundation
import Hardware
import Units

/// A constant of a software stack that training runs can tell: what it means is said at its property
/// of `SoftwareStack`, what values it may take is said here.
public struct StackConstant: Sendable {
  /// Its key in a stack profile, such as `overlap.tensor`.
  public let key: String
  /// The values that it may take, in its base unit.
  public let range: ClosedRange<Double>
  /// How a search moves it.
  let scale: Scale
  /// The distance in the coordinate of the search that is as unlikely as an error of one residual.
  let spread: Double
  let read: @Sendable (SoftwareStack) -> Double
  let origin: @Sendable (SoftwareStack) -> Origin
  let write: @Sendable (inout SoftwareStack, Double, Origin) -> Void

  /// How a search moves a constant.
  enum Scale: Sendable {
    /// By the logarithm of its odds between the ends of the range: fractions.
    case odds
    /// By its logarithm: times and factors.
    case logarithm
  }

  /// Why a constant has its value.
  struct Origin: Sendable {
    var kind: Provenance
    var source: String

    /// That of a value that a search tries.
    static let trial = Self(kind: .derived, source: "")
  }

  /// A fraction of communication that hides behind work. No schedule hides all of it: the first and
  /// the last message of a pass have nothing to hide behind.
  static func overlap(
    _ key: String, _ path: any WritableKeyPath<SoftwareStack, Sourced<Double>> & Sendable
  ) -> Self {
    Self(
      key: "overlap.\(key)", range: 0...0.98, scale: .odds, spread: 1.5,
      read: { $0[keyPath: path].value }, origin: { Origin($0[keyPath: path]) },
      write: { $0[keyPath: path] = Sourced($1, $2.kind, source: $2.source) })
  }

  /// A factor on what kernels take.
  static func factor(
    _ key: String, in range: ClosedRange<Double>, spread: Double = 0.12,
    _ path: any WritableKeyPath<SoftwareStack, Sourced<Double>> & Sendable
  ) -> Self {
    Self(
      key: "kernels.\(key)", range: range, scale: .logarithm, spread: spread,
      read: { $0[keyPath: path].value }, origin: { Origin($0[keyPath: path]) },
      write: { $0[keyPath: path] = Sourced($1, $2.kind, source: $2.source) })
  }

  /// A time that the host takes.
  static func host(
    _ key: String, in range: ClosedRange<Double>,
    _ path: any WritableKeyPath<SoftwareStack, Sourced<Seconds>> & Sendable
  ) -> Self {
    Self(
      key: "host.\(key)", range: range, scale: .logarithm, spread: 0.8,
      read: { $0[keyPath: path].value.value }, origin: { Origin($0[keyPath: path]) },
      write: { $0[keyPath: path] = Sourced(Seconds($1), $2.kind, source: $2.source) })
  }
}

extension StackConstant.Origin {
  init<Value>(_ sourced: Sourced<Value>) {
    self.init(kind: sourced.kind, source: sourced.source)
  }
}

extension StackConstant {
  /// The coordinate of a value: without bounds, and 1 for each `spread`.
  func coordinate(of value: Double) -> Double {
    let share = position(value)
    return log(share / (1 - share)) / width
  }

  /// The value at a coordinate.
  func value(at coordinate: Double) -> Double {
    let share = 1 / (1 + exp(-coordinate * width))
    switch scale {
    case .odds: return range.lowerBound + share * (range.upperBound - range.lowerBound)
    case .logarithm: return range.lowerBound * pow(range.upperBound / range.lowerBound, share)
    }
  }

  /// Where a value lies in its range, kept off the ends, where no search could leave again.
  private func position(_ value: Double) -> Double {
    let share: Double
    switch scale {
    case .odds:
      share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    case .logarithm:
      share =
        log(max(value, range.lowerBound) / range.lowerBound)
        / log(range.upperBound / range.lowerBound)
    }
    return min(max(share, 0.03), 0.97)
  }

  /// One `spread` in log odds. In the middle of a range of logarithms a change of the odds by d moves
  /// the logarithm by d / 4 of the range.
  private var width: Double {
    switch scale {
    case .odds: spread
    case .logarithm: 4 * spread / log(range.upperBound / range.lowerBound)
    }
  }
}
