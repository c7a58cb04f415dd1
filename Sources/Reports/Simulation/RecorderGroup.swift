import Simulation

/// Tells several recorders the same.
final class RecorderGroup: StepRecorder {
  private let members: [any StepRecorder]

  init(_ members: [any StepRecorder]) { self.members = members }

  func begin(_ outline: StepOutline) {
    for member in members { member.begin(outline) }
  }

  func record(_ span: StepTimeline.Span, index: Int) {
    for member in members { member.record(span, index: index) }
  }

  func record(_ pass: StepTimeline.PassSpan) {
    for member in members { member.record(pass) }
  }

  func record(_ sample: StepTimeline.MemorySample) {
    for member in members { member.record(sample) }
  }
}
