public import CostModel
import Parallelism
public import Simulation
import Units

/// A timeline in the trace-event format that Perfetto and Chrome open: a process for each stage, a
/// thread for each stream, an arrow from every send to the pass that receives it, and the memory of
/// each stage as a counter.
///
/// Operations of a segment are drawn one after the other, each as long as it takes by itself. Times are
/// in microseconds. Of several lanes the first is drawn.
public struct ChromeTrace: Sendable {
  private let timeline: StepTimeline
  private let memory: [StageMemory]

  /// - Parameter memory: By stage; what it holds all through the step is added to the counters.
  public init(_ timeline: StepTimeline, memory: [StageMemory]) {
    self.timeline = timeline
    self.memory = memory
  }

  public var json: String {
    var events = names
    for span in timeline.spans where span.lane == 0 && span.end > span.start {
      append(span, to: &events)
    }
    events += passEvents + arrows + counters
    return "{\"displayTimeUnit\": \"ms\", \"traceEvents\": [\n"
      + events.joined(separator: ",\n") + "\n]}\n"
  }

  /// The thread of whole passes, above those of streams. The backward pass of a pair has its own.
  private static let passThread = 0
  private static let pairedThread = 1
  private static let firstStream = 10

  private func thread(_ stream: StepTimeline.Span.Stream) -> Int { Self.firstStream + stream.place }

  private var names: [String] {
    var threads: [Int: [Int: String]] = [:]
    for span in timeline.spans where span.lane == 0 && span.end > span.start {
      threads[span.stage, default: [:]][thread(span.stream)] = span.stream.name
    }
    for pass in timeline.passes where pass.lane == 0 {
      threads[pass.stage, default: [:]][thread(of: pass)] =
        thread(of: pass) == Self.passThread ? "passes" : "passes_of_pairs"
    }
    return (0..<timeline.stages).flatMap { stage in
      [
        meta("process_name", stage, 0, "\"name\": \"stage \(stage)\""),
        meta("process_sort_index", stage, 0, "\"sort_index\": \(stage)"),
      ]
        + (threads[stage] ?? [:]).sorted { $0.key < $1.key }.flatMap { thread, name in
          [
            meta("thread_name", stage, thread, "\"name\": \"\(name)\""),
            meta("thread_sort_index", stage, thread, "\"sort_index\": \(thread)"),
          ]
        }
    }
  }

  private func meta(_ name: String, _ stage: Int, _ thread: Int, _ arguments: String) -> String {
    "{\"ph\": \"M\", \"name\": \"\(name)\", \"pid\": \(stage), \"tid\": \(thread), "
      + "\"args\": {\(arguments)}}"
  }

  private func append(_ span: StepTimeline.Span, to events: inout [String]) {
    switch span.activity {
    case .segment(let pass, let segment):
      let segment = timeline.segments[segment]
      guard segment.steps.count > 1 else {
        let name = segment.steps.first?.label.name ?? ""
        events.append(complete(name, span.stage, thread(span.stream), span.start, span.end, pass))
        return
      }
      var sum = Seconds.zero
      var start = span.start
      for step in segment.steps {
        sum += step.parts.total
        let end = min(span.end, span.start + SimDuration(seconds: sum.value))
        if end > start {
          events.append(
            complete(step.label.name, span.stage, thread(span.stream), start, end, pass))
        }
        start = end
      }
    case .send(let pass):
      events.append(complete("send", span.stage, thread(span.stream), span.start, span.end, pass))
    case .reduction:
      events.append(
        complete("gradient_reduction", span.stage, thread(span.stream), span.start, span.end))
    case .optimizer:
      events.append(complete("optimizer", span.stage, thread(span.stream), span.start, span.end))
    case .gather:
      events.append(
        complete("parameter_gather", span.stage, thread(span.stream), span.start, span.end))
    }
  }

  private func complete(
    _ name: String, _ stage: Int, _ thread: Int, _ start: SimTime, _ end: SimTime,
    _ pass: PipelinePass? = nil
  ) -> String {
    let arguments = pass.map {
      ", \"args\": {\"pass\": \"\($0.direction.name)\", \"micro_batch\": \($0.microBatch), "
        + "\"chunk\": \($0.chunk)}"
    }
    return "{\"ph\": \"X\", \"name\": \"\(name)\", \"pid\": \(stage), \"tid\": \(thread), "
      + "\"ts\": \(microseconds(start)), \"dur\": \(microseconds(.zero + (end - start)))"
      + "\(arguments ?? "")}"
  }

  private func thread(of pass: StepTimeline.PassSpan) -> Int {
    pass.isPaired && pass.pass.direction != .forward ? Self.pairedThread : Self.passThread
  }

  private var passEvents: [String] {
    timeline.passes.filter { $0.lane == 0 && $0.end > $0.start }.map {
      complete(
        "\($0.pass.direction.name) \($0.pass.microBatch)", $0.stage, thread(of: $0), $0.start,
        $0.end, $0.pass)
    }
  }

  /// From the send of a result to the pass that needs it.
  private var arrows: [String] {
    var receivers: [PassResult: StepTimeline.PassSpan] = [:]
    let chunks = (timeline.passes.map(\.pass.chunk).max() ?? 0) + 1
    for pass in timeline.passes where pass.lane == 0 && pass.pass.direction != .weightGradient {
      if let input = pass.pass.input(chunks: chunks) { receivers[input] = pass }
    }
    var events: [String] = []
    for (id, span) in timeline.spans.enumerated() where span.lane == 0 && span.end > span.start {
      guard case .send(let pass) = span.activity, let result = pass.result,
        let receiver = receivers[result]
      else { continue }
      func arrow(_ phase: String, _ stage: Int, _ thread: Int, _ time: SimTime) -> String {
        "{\"ph\": \"\(phase)\", \"cat\": \"send\", \"name\": \"send\", \"id\": \(id), "
          + "\"pid\": \(stage), \"tid\": \(thread), \"ts\": \(microseconds(time))"
          + (phase == "f" ? ", \"bp\": \"e\"}" : "}")
      }
      events.append(arrow("s", span.stage, thread(span.stream), span.start))
      events.append(arrow("f", receiver.stage, thread(of: receiver), receiver.start))
    }
    return events
  }

  private var counters: [String] {
    timeline.memory.map { sample in
      let stage = memory[sample.stage]
      let states = stage.weights + stage.gradients + stage.optimizer
      let gigabytes = { (bytes: Bytes) in fixed(bytes / .GB, decimals: 6) }
      return "{\"ph\": \"C\", \"name\": \"memory_gb\", \"pid\": \(sample.stage), \"tid\": 0, "
        + "\"ts\": \(microseconds(sample.time)), \"args\": {\"states\": \(gigabytes(states)), "
        + "\"activations\": \(gigabytes(sample.activations)), "
        + "\"transient\": \(gigabytes(sample.transient))}}"
    }
  }

  private func microseconds(_ time: SimTime) -> String {
    fixed(Double(time.nanoseconds) / 1000, decimals: 3)
  }
}
