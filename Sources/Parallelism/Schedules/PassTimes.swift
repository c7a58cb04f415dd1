public import Units

/// What the passes of one micro-batch take.
public struct PassTimes: Sendable {
  /// By chunk in the model's order; chunk `c` lies on stage `c mod pipeline`. A pass that sends its
  /// result on holds its stage until the exposed part of the send is over, and counts it.
  public var forward: [Seconds]
  public var backward: [Seconds]
  /// Backward passes cut in two, gradients of inputs and of weights; only some schedules ask for them.
  public var inputGradient: [Seconds]
  public var weightGradient: [Seconds]
  /// By chunk: its forward pass together with the backward pass of the other chunk of its stage; only
  /// DualPipe asks for it.
  public var together: [Seconds]
  /// How long a result still travels when its sender has gone on with other work.
  public var flight: Seconds

  /// - Parameter weightGradient: The part of each backward pass that makes gradients of weights.
  public init(
    forward: [Seconds], backward: [Seconds], weightGradient: [Seconds] = [],
    together: [Seconds] = [], flight: Seconds = .zero
  ) {
    self.forward = forward
    self.backward = backward
    inputGradient = zip(backward, weightGradient).map { $0 - $1 }
    self.weightGradient = weightGradient
    self.together = together
    self.flight = flight
  }

  /// How long a slot holds its stage.
  public func duration(_ slot: PassSlot) -> Seconds {
    let chunk = slot.first.chunk
    if slot.second != nil { return together[chunk] }
    switch slot.first.direction {
    case .forward: return forward[chunk]
    case .backward: return backward[chunk]
    case .inputGradient: return inputGradient[chunk]
    case .weightGradient: return weightGradient[chunk]
    }
  }

  /// The longest forward pass over the shortest, or the same of backward passes where that is more.
  var spread: Double {
    func spread(_ times: [Seconds]) -> Double {
      guard let least = times.min(), let most = times.max(), most > .zero else { return 1 }
      return most / least
    }
    return max(spread(forward), spread(backward))
  }
}

extension ParallelPlan {
  /// Whether a stage has other work to do while a result of its travels.
  ///
  /// In plain 1F1B it has not: a stage never has more micro-batches in flight than stages lie ahead,
  /// so each waits for the return of an earlier one, and every send lies on that path. Megatron-Core
  /// likewise offers the overlap for interleaved schedules only.
  /// The schedules that cut the backward pass in two have gradients of weights to work on meanwhile.
  public var hidesSends: Bool { schedule != .oneForwardOneBackward || virtualStages > 1 }
}
