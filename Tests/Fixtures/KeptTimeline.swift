public import Simulation

/// Keeps all that a simulated step tells, in the order in which it is told.
public final class KeptTimeline: StepRecorder {
  public private(set) var outline: StepOutline?
  public private(set) var spans: [StepTimeline.Span] = []
  public private(set) var passes: [StepTimeline.PassSpan] = []
  public private(set) var memory: [StepTimeline.MemorySample] = []

  public init() {}

  public func begin(_ outline: StepOutline) { self.outline = outline }
  public func record(_ span: StepTimeline.Span, index: Int) { spans.append(span) }
  public func record(_ pass: StepTimeline.PassSpan) { passes.append(pass) }
  public func record(_ sample: StepTimeline.MemorySample) { memory.append(sample) }
}
