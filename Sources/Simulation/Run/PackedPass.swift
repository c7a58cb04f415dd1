import Parallelism

/// A pass in eight bytes.
struct PackedPass: BitwiseCopyable {
  private var microBatch: Int32
  /// The chunk and the direction.
  private var place: Int32

  init(_ pass: PipelinePass) {
    microBatch = Int32(pass.microBatch)
    place = Int32(pass.chunk << 2 | Int(pass.direction.rawValue))
  }

  var pass: PipelinePass {
    guard let direction = PipelinePass.Direction(rawValue: UInt8(place & 3)) else {
      preconditionFailure("two bits hold four directions")
    }
    return PipelinePass(direction, microBatch: Int(microBatch), chunk: Int(place >> 2))
  }
}
