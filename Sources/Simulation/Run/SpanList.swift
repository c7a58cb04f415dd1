import CostModel
import Parallelism

/// The spans of a timeline in the order in which they started, in forty bytes each.
///
/// A step of many micro-batches has millions. They lie in pieces, so that growing copies none of them.
public struct SpanList: RandomAccessCollection, Sendable {
  private struct Packed: BitwiseCopyable {
    var start: SimTime
    var end: SimTime
    var pass: PackedPass
    var cause: Int32
    var segment: Int32
    var lane: Int32
    var stage: Int16
    var stream: UInt8
    var activity: Activity

    enum Activity: UInt8, BitwiseCopyable {
      case segment, send, reduction, optimizer, gather
    }
  }

  private static let pieceBits = 14
  private static let pieceSize = 1 << pieceBits

  private var pieces: [[Packed]] = []
  public private(set) var count = 0

  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  public subscript(index: Int) -> StepTimeline.Span {
    let packed = pieces[index >> Self.pieceBits][index & (Self.pieceSize - 1)]
    return StepTimeline.Span(
      lane: Int(packed.lane), stage: Int(packed.stage),
      stream: StepTimeline.Span.Stream(code: packed.stream), activity: activity(packed),
      start: packed.start, end: packed.end, cause: packed.cause < 0 ? nil : Int(packed.cause))
  }

  mutating func append(_ span: StepTimeline.Span) {
    if count & (Self.pieceSize - 1) == 0 {
      pieces.append([])
      pieces[pieces.count - 1].reserveCapacity(Self.pieceSize)
    }
    pieces[pieces.count - 1].append(packed(span))
    count += 1
  }

  /// Sets when a span that was noted at its start has ended.
  mutating func end(_ index: Int, at time: SimTime) {
    pieces[index >> Self.pieceBits][index & (Self.pieceSize - 1)].end = time
  }

  private func packed(_ span: StepTimeline.Span) -> Packed {
    var packed = Packed(
      start: span.start, end: span.end, pass: PackedPass(.init(.forward, microBatch: 0, chunk: 0)),
      cause: Int32(span.cause ?? -1), segment: -1, lane: Int32(span.lane),
      stage: Int16(span.stage), stream: span.stream.code, activity: .gather)
    switch span.activity {
    case .segment(let pass, let segment):
      packed.activity = .segment
      packed.pass = PackedPass(pass)
      packed.segment = Int32(segment)
    case .send(let pass):
      packed.activity = .send
      packed.pass = PackedPass(pass)
    case .reduction: packed.activity = .reduction
    case .optimizer: packed.activity = .optimizer
    case .gather: packed.activity = .gather
    }
    return packed
  }

  private func activity(_ packed: Packed) -> StepTimeline.Span.Activity {
    switch packed.activity {
    case .segment: .segment(packed.pass.pass, Int(packed.segment))
    case .send: .send(packed.pass.pass)
    case .reduction: .reduction
    case .optimizer: .optimizer
    case .gather: .gather
    }
  }
}

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

extension StepTimeline.Span.Stream {
  /// Collectives of a stream have two rows, and come after the others.
  fileprivate var code: UInt8 {
    switch self {
    case .compute: 0
    case .sharding: 1
    case .sendForward: 2
    case .sendBackward: 3
    case .foreground(let stream): 4 + 2 * UInt8(stream.rawValue)
    case .background(let stream): 5 + 2 * UInt8(stream.rawValue)
    }
  }

  fileprivate init(code: UInt8) {
    switch code {
    case 0: self = .compute
    case 1: self = .sharding
    case 2: self = .sendForward
    case 3: self = .sendBackward
    default:
      guard let stream = ScriptStep.Stream(rawValue: Int(code - 4) / 2) else {
        preconditionFailure("a code that no stream has")
      }
      self = code % 2 == 0 ? .foreground(stream) : .background(stream)
    }
  }
}
