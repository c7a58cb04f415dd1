public import Units

/// A number format of matrix arithmetic.
public enum Precision: String, CaseIterable, Sendable {
  case fp32, tf32, fp16, bf16, fp8, fp4

  /// The size of one element in memory.
  public var elementSize: Bytes {
    switch self {
    case .fp32, .tf32: Bytes(4)
    case .fp16, .bf16: Bytes(2)
    case .fp8: Bytes(1)
    case .fp4: Bytes(0.5)
    }
  }
}
