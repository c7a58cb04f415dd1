import CostModel
import Units

/// What is under way in a step that is recorded: everything from the oldest thing that has not ended on.
///
/// What has ended goes to the recorder in the order in which it started. Each span carries the sums of the
/// chain of spans that led to it, from which the critical path comes out at the end of the step. So memory
/// holds what happens at one time, however long the step is.
struct StepRecording {
  private struct Entry {
    enum Thing {
      case span(StepTimeline.Span)
      case pass(StepTimeline.PassSpan)
    }

    var thing: Thing
    var isOpen = true
    /// What the chain was busy with until this span started.
    var path = PathSums()
  }

  private let recorder: any StepRecorder
  private var table: PathTable
  /// Entries before `head` are told; they go when they are many.
  private var entries: [Entry] = []
  private var head = 0
  /// The index of `entries[0]`.
  private var first = 0
  /// Passes that have ended.
  private var passes = 0
  /// Spans whose ends are being handled: the index of the first, and the chains with each of them.
  private var ended: (first: Int, paths: [PathSums]) = (0, [])
  /// The last to end of what does not run on in the background, and its chain.
  private var last = (end: SimTime.zero, index: -1)
  private var lastPath = PathSums()

  init(_ recorder: any StepRecorder, _ outline: StepOutline) {
    self.recorder = recorder
    table = PathTable(outline)
    recorder.begin(outline)
  }

  /// The index that the next span or pass will have.
  var next: Int32 { Int32(first + entries.count) }

  /// Notes that a span has started.
  ///
  /// - Parameter cause: The span whose end, or whose progress, let it start; -1 for none.
  mutating func open(_ span: StepTimeline.Span, cause: Int32) {
    entries.append(Entry(thing: .span(span), path: path(to: Int(cause), at: span.start)))
  }

  mutating func open(_ pass: StepTimeline.PassSpan) { entries.append(Entry(thing: .pass(pass))) }

  /// Ends spans that started one after the other.
  mutating func end(_ index: Int32, count: Int, at time: SimTime) {
    ended.first = Int(index)
    ended.paths.removeAll(keepingCapacity: true)
    for index in Int(index)..<Int(index) + count { ended.paths.append(end(index, at: time)) }
    tell()
  }

  /// Ends a span of which nothing starts.
  mutating func end(_ index: Int32, later time: SimTime) {
    _ = end(Int(index), at: time)
    tell()
  }

  mutating func end(pass index: Int32, at time: SimTime) {
    let place = Int(index) - first
    guard case .pass(var pass) = entries[place].thing else {
      preconditionFailure("a pass ends under the index at which it was opened")
    }
    pass.end = time
    pass.place = passes
    passes += 1
    entries[place].thing = .pass(pass)
    entries[place].isOpen = false
    tell()
  }

  func take(_ sample: StepTimeline.MemorySample) { recorder.record(sample) }

  /// The chain that the end of the step waited for.
  func criticalPath() -> CriticalPath { table.path(lastPath) }

  /// - Returns: The chain with this span.
  private mutating func end(_ index: Int, at time: SimTime) -> PathSums {
    let place = index - first
    guard case .span(var span) = entries[place].thing else {
      preconditionFailure("a span ends under the index at which it was opened")
    }
    span.end = time
    entries[place].thing = .span(span)
    entries[place].isOpen = false
    let isLast = !span.isBehind && (time, index) >= last
    // Let go first: sums that nobody shares grow in place.
    if isLast { lastPath = PathSums() }
    var path = PathSums()
    swap(&path, &entries[place].path)
    if span.leadsOn { table.add(span, until: time, to: &path) }
    if isLast {
      last = (time, index)
      lastPath = path
    }
    return path
  }

  private mutating func path(to cause: Int, at time: SimTime) -> PathSums {
    guard cause >= 0 else { return PathSums() }
    if ended.paths.indices.contains(cause - ended.first) {
      return ended.paths[cause - ended.first]
    }
    guard entries.indices.contains(cause - first),
      case .span(let span) = entries[cause - first].thing
    else { preconditionFailure("only what ends or is under way lets a span start") }
    var path = entries[cause - first].path
    table.add(span, until: time, to: &path)
    return path
  }

  /// Tells what has ended with all before it.
  private mutating func tell() {
    while head < entries.count, !entries[head].isOpen {
      switch entries[head].thing {
      case .span(let span): recorder.record(span, index: first + head)
      case .pass(let pass): recorder.record(pass)
      }
      head += 1
    }
    guard head > 1024, 2 * head > entries.count else { return }
    entries.removeFirst(head)
    first += head
    head = 0
  }
}

extension StepTimeline.Span {
  /// Whether it runs on in the background.
  fileprivate var isBehind: Bool { if case .background = stream { true } else { false } }

  /// Whether anything waits for its end: nothing does for what passes leave behind.
  fileprivate var leadsOn: Bool {
    if case .segment = activity { !isBehind } else { true }
  }
}
