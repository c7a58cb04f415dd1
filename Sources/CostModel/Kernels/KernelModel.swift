public import Hardware
public import Units

/// The time of one kernel, and the part of it that no better kernel could save.
public struct KernelTime: Hashable, Sendable {
  public var time: Seconds
  /// Work ÷ peak of the device; 0 for a pass that only moves memory.
  public var ideal: Seconds

  public init(time: Seconds, ideal: Seconds) {
    self.time = time
    self.ideal = ideal
  }

  /// Nothing to do takes no time.
  public static let zero = Self(time: .zero, ideal: .zero)

  public static func + (a: Self, b: Self) -> Self {
    Self(time: a.time + b.time, ideal: a.ideal + b.ideal)
  }

  public static func * (a: Self, count: Double) -> Self {
    Self(time: a.time * count, ideal: a.ideal * count)
  }
}

/// Which product of a linear layer's training step a kernel computes.
public enum MatrixPass: String, CaseIterable, Sendable {
  /// Y (m × n) = X (m × k) · W (k × n).
  case forward
  /// dX (m × k) = dY (m × n) · Wᵀ.
  case inputGradient
  /// dW (k × n) += Xᵀ · dY, accumulated into an FP32 gradient buffer.
  case weightGradient
}

/// What kernels take on one device: the curves of a kernel profile, held against its peaks.
///
/// Everything here is pure: shapes in, time out. How a training framework uses the kernels (its
/// slowdowns, host cost, overlap) belongs to `SoftwareStack` and is not counted here.
public struct KernelModel: Sendable {
  public let device: Device
  public let profile: KernelProfile

  public init(device: Device, profile: KernelProfile) {
    self.device = device
    self.profile = profile
  }

  /// The device's peak in a precision.
  ///
  /// The caller has made sure that the device has it: a plan that asks for FP8 where there is none
  /// is refused before anything is timed.
  func peak(_ precision: Precision) -> FLOPsPerSecond {
    guard let peak = device.peak(precision) else {
      preconditionFailure("\(device.id) has no \(precision.rawValue) matrix unit")
    }
    return peak
  }
}
