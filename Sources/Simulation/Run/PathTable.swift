import CostModel
import Parallelism
import Units

/// How long a chain of spans was busy with what: nanoseconds by place in a `PathTable`.
struct PathSums {
  fileprivate var times: [Double] = []

  fileprivate mutating func add(_ time: Double, at place: Int) {
    while times.count <= place { times.append(0) }
    // Whole 1024ths add up the same in any order, as long as a step takes less than two hours.
    times[place] += (time * 1024).rounded() / 1024
  }
}

/// The places of `PathSums`: one for each stage and each lane, then one for each item, in the order in which
/// they were met.
struct PathTable {
  private let outline: StepOutline
  private var items: [CriticalPath.Item] = []
  private var places: [CriticalPath.Item: Int] = [:]
  /// By segment, direction and whether it runs beside its pass: the places of its steps, and the share of
  /// its time that each has. Empty where it was not met yet.
  private var shares: [[(place: Int, share: Double)]]

  init(_ outline: StepOutline) {
    self.outline = outline
    shares = Array(
      repeating: [], count: 2 * PipelinePass.Direction.allCases.count * outline.segments.count)
  }

  /// Adds a span's time from its start to an instant.
  mutating func add(_ span: StepTimeline.Span, until time: SimTime, to sums: inout PathSums) {
    guard time > span.start else { return }
    let length = Double((time - span.start).nanoseconds)
    sums.add(length, at: span.stage)
    sums.add(length, at: outline.stages + span.lane)
    switch span.activity {
    case .segment(let pass, let segment):
      for (place, share) in stepShares(segment, pass.direction, span.stream) {
        sums.add(length * share, at: place)
      }
    case .send: sums.add(length, at: place(.send, span.stream))
    case .reduction: sums.add(length, at: place(.reduction, span.stream))
    case .optimizer: sums.add(length, at: place(.optimizer, span.stream))
    case .gather: sums.add(length, at: place(.gather, span.stream))
    }
  }

  private var firstItem: Int { outline.stages + outline.lanes }

  private mutating func stepShares(
    _ segment: Int, _ direction: PipelinePass.Direction, _ stream: StepTimeline.Span.Stream
  ) -> [(place: Int, share: Double)] {
    let directions = PipelinePass.Direction.allCases.count
    let key = 2 * (directions * segment + Int(direction.rawValue)) + (stream == .sharding ? 1 : 0)
    if shares[key].isEmpty {
      let segment = outline.segments[segment]
      shares[key] = segment.steps.map { step in
        let share =
          segment.held > .zero
          ? step.parts.total / segment.held : 1 / Double(segment.steps.count)
        return (place(.step(step.label, direction), stream), share)
      }
    }
    return shares[key]
  }

  private mutating func place(
    _ what: CriticalPath.Item.What, _ stream: StepTimeline.Span.Stream
  ) -> Int {
    let item = CriticalPath.Item(what: what, stream: stream)
    if let place = places[item] { return place }
    items.append(item)
    places[item] = firstItem + items.count - 1
    return firstItem + items.count - 1
  }

  /// Of items that take as long, what was met last comes first.
  func path(_ sums: PathSums) -> CriticalPath {
    func time(at place: Int) -> Seconds {
      Seconds(sums.times.indices.contains(place) ? sums.times[place] * 1e-9 : 0)
    }
    return CriticalPath(
      items: items.enumerated().reversed().map { ($1, time(at: firstItem + $0)) },
      stages: (0..<outline.stages).map(time),
      lanes: (0..<outline.lanes).map { lane in
        CriticalPath.Lane(
          firstRank: outline.firstRanks[lane], isSlow: outline.areSlow[lane],
          time: time(at: outline.stages + lane))
      })
  }
}
