public import CostModel
import Parallelism
public import Simulation
import Units

/// A step in the trace-event format that Perfetto and Chrome open, written while it runs: a process for each
/// stage, a thread for each stream, an arrow from every send to the pass that receives it, and the memory of
/// each stage as a counter.
///
/// Operations of a segment are drawn one after the other, each as long as it takes by itself. Times are
/// in microseconds. One lane is drawn.
public final class ChromeTrace: StepRecorder {
  private let file: WholeFile
  private let line = TraceLine()
  private let memory: [StageMemory]
  private let lane: ShownLane
  private var isEmpty = true
  private var chunks = 0
  /// By segment, its steps.
  private var steps: [[(name: [UInt8], time: Seconds)]] = []
  /// By stage, the threads that have a name.
  private var named: [Set<Int>] = []
  /// Results that no pass has received.
  private var sent: [PassResult: (span: StepTimeline.Span, id: Int)] = [:]

  /// The thread of whole passes, above those of streams. The backward pass of a pair has its own.
  private static let passThread = 0
  private static let pairedThread = 1
  private static let firstStream = 10

  /// - Parameter memory: By stage; what it holds all through the step is added to the counters.
  public init(_ path: String, memory: [StageMemory], lane: ShownLane) throws(WriteFault) {
    file = try WholeFile(path)
    self.memory = memory
    self.lane = lane
    file.append("{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n")
  }

  /// Gives the file its name when the step has ended.
  public func finish() throws(WriteFault) {
    file.append("\n]}\n")
    try file.finish()
  }

  public func begin(_ outline: StepOutline) {
    chunks = outline.chunks
    steps = outline.segments.map { segment in
      segment.steps.map { (Array($0.label.name.utf8), $0.parts.total) }
    }
    named = Array(repeating: [], count: outline.stages)
    for stage in 0..<outline.stages {
      name("process_name", stage, 0, "\"name\": \"stage \(stage), rank \(lane.rank(stage))\"")
      name("process_sort_index", stage, 0, "\"sort_index\": \(stage)")
    }
  }

  public func record(_ span: StepTimeline.Span, index: Int) {
    guard span.lane == lane.index, span.end > span.start else { return }
    let thread = thread(span.stream)
    nameThread(span.stage, thread, span.stream.name)
    switch span.activity {
    case .segment(let pass, let segment): draw(span, thread, pass, steps[segment])
    case .send(let pass):
      if let result = pass.result { sent[result] = (span, index) }
      draw("send", span.stage, thread, span.start, span.end, pass)
    case .reduction: draw("gradient_reduction", span.stage, thread, span.start, span.end)
    case .optimizer: draw("optimizer", span.stage, thread, span.start, span.end)
    case .gather: draw("parameter_gather", span.stage, thread, span.start, span.end)
    }
  }

  public func record(_ pass: StepTimeline.PassSpan) {
    guard pass.lane == lane.index else { return }
    let isPaired = pass.isPaired && pass.pass.direction != .forward
    let thread = isPaired ? Self.pairedThread : Self.passThread
    nameThread(pass.stage, thread, isPaired ? "passes_of_pairs" : "passes")
    if pass.pass.direction != .weightGradient, let input = pass.pass.input(chunks: chunks),
      let (send, id) = sent.removeValue(forKey: input)
    {
      arrow("s", id, send.stage, self.thread(send.stream), send.start)
      arrow("f", id, pass.stage, thread, pass.start)
    }
    guard pass.end > pass.start else { return }
    draw(
      "\(pass.pass.direction.name) \(pass.pass.microBatch)", pass.stage, thread, pass.start,
      pass.end, pass.pass)
  }

  public func record(_ sample: StepTimeline.MemorySample) {
    guard sample.lane == lane.index else { return }
    let stage = memory[sample.stage]
    begin()
    line.put("{\"ph\": \"C\", \"name\": \"memory_gb\", \"pid\": ", sample.stage)
    line.put(", \"tid\": 0, \"ts\": ", sample.time)
    line.put(", \"args\": {\"states\": ", stage.weights + stage.gradients + stage.optimizer)
    line.put(", \"activations\": ", sample.activations)
    line.put(", \"transient\": ", sample.transient)
    line.put("}}")
    line.flush(to: file)
  }

  private func thread(_ stream: StepTimeline.Span.Stream) -> Int { Self.firstStream + stream.place }

  private func nameThread(_ stage: Int, _ thread: Int, _ words: @autoclosure () -> String) {
    guard named[stage].insert(thread).inserted else { return }
    name("thread_name", stage, thread, "\"name\": \"\(words())\"")
    name("thread_sort_index", stage, thread, "\"sort_index\": \(thread)")
  }

  private func name(_ name: String, _ stage: Int, _ thread: Int, _ arguments: String) {
    begin()
    line.put(
      "{\"ph\": \"M\", \"name\": \"\(name)\", \"pid\": \(stage), \"tid\": \(thread), "
        + "\"args\": {\(arguments)}}")
    line.flush(to: file)
  }

  /// The operations of a segment, of which the last ends no later than the segment.
  private func draw(
    _ span: StepTimeline.Span, _ thread: Int, _ pass: PipelinePass,
    _ steps: [(name: [UInt8], time: Seconds)]
  ) {
    var sum = Seconds.zero
    var start = span.start
    for step in steps {
      sum += step.time
      let isOnly = steps.count == 1
      let end = isOnly ? span.end : min(span.end, span.start + SimDuration(seconds: sum.value))
      if end > start { draw(step.name, span.stage, thread, start, end, pass) }
      start = end
    }
  }

  private func draw(
    _ name: String, _ stage: Int, _ thread: Int, _ start: SimTime, _ end: SimTime,
    _ pass: PipelinePass? = nil
  ) {
    draw(Array(name.utf8), stage, thread, start, end, pass)
  }

  private func draw(
    _ name: [UInt8], _ stage: Int, _ thread: Int, _ start: SimTime, _ end: SimTime,
    _ pass: PipelinePass?
  ) {
    begin()
    line.put("{\"ph\": \"X\", \"name\": \"")
    line.put(name)
    line.put("\", \"pid\": ", stage)
    line.put(", \"tid\": ", thread)
    line.put(", \"ts\": ", start)
    line.put(", \"dur\": ", .zero + (end - start))
    if let pass {
      line.put(", \"args\": {\"pass\": \"")
      line.put(pass.direction.name)
      line.put("\", \"micro_batch\": ", pass.microBatch)
      line.put(", \"chunk\": ", pass.chunk)
      line.put("}")
    }
    line.put("}")
    line.flush(to: file)
  }

  private func arrow(_ phase: String, _ id: Int, _ stage: Int, _ thread: Int, _ time: SimTime) {
    begin()
    line.put("{\"ph\": \"\(phase)\", \"cat\": \"send\", \"name\": \"send\"")
    line.put(", \"id\": ", id)
    line.put(", \"pid\": ", stage)
    line.put(", \"tid\": ", thread)
    line.put(", \"ts\": ", time)
    line.put(phase == "f" ? ", \"bp\": \"e\"}" : "}")
    line.flush(to: file)
  }

  private func begin() {
    if !isEmpty { line.put(",\n") }
    isEmpty = false
  }
}
