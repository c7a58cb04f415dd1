public import CostModel
import Units

extension StepEstimate {
  /// The part of a step in which a device computes: all but bubbles, exposed communication and the
  /// host's time.
  public var busyShare: Double {
    let idle: [StepBreakdown.Part] = [
      .bubble, .hostOverhead, .tensorCommunication, .expertCommunication, .contextCommunication,
      .pipelineCommunication, .dataCommunication,
    ]
    let idleTime = idle.reduce(Seconds.zero) { $0 + breakdown[$1] }
    return 1 - idleTime / stepTime
  }
}
