import CostModel
public import Hardware
import Parallelism
public import Units
import Workload

extension PublishedRun {
  /// A predicted step, told in the row's own metric and unit.
  ///
  /// With T the time of a step, R the plan's ranks, N the row's devices, B the batch, s the
  /// sequence and w the work a token by the source's count:
  ///
  /// | row prints | prediction |
  /// |---|---|
  /// | step or iteration time | T · printed batch ÷ B |
  /// | tokens/s per device | B s ÷ (T R) |
  /// | tokens/s in all | that · N |
  /// | samples/s | tokens/s ÷ s |
  /// | TFLOP/s per device | tokens/s per device · w |
  /// | MFU, HFU | that ÷ peak |
  /// | device-hours for n tokens | n ÷ tokens/s per device |
  /// | days for n tokens | n ÷ tokens/s in all |
  ///
  /// - Returns: nil where the source's peak is not known, or where the run was never timed.
  public func inOwnUnit(stepTime: Seconds, reading: RunReading, device: Device) -> Double? {
    guard let observation else { return nil }
    let plan = reading.plan
    let recipe = reading.recipe
    let tokens = Double(recipe.globalBatch) * Double(recipe.sequenceLength)
    let rate = tokens / (stepTime.value * Double(plan.ranks))
    let fleetRate = rate * Double(hardware.count)
    let amount: Double
    switch observation.measure {
    case .stepTime:
      amount = stepTime.value * reading.batchScale
    case .tokenRate(let perDevice):
      amount = perDevice ? rate : fleetRate
    case .sequenceRate(let perDevice):
      amount = (perDevice ? rate : fleetRate) / Double(recipe.sequenceLength)
    case .work:
      amount = rate * workPerToken(plan: plan, hardware: false)
    case .utilization(let hardware):
      guard let peak = flops.peak ?? device.peak(recipe.precision.matrixPrecision)?.value else {
        return nil
      }
      amount = rate * workPerToken(plan: plan, hardware: hardware) / peak
    case .deviceTime(let tokens):
      amount = tokens / rate
    case .runTime(let tokens):
      amount = tokens / fleetRate
    }
    return amount / observation.scale
  }

  /// Predicted ÷ observed time for the same work: above 1 where the prediction is too slow,
  /// whether the row prints a time or a speed.
  ///
  /// - Returns: nil where the run was never timed.
  public func timeRatio(predicted: Double) -> Double? {
    guard let observation else { return nil }
    return switch observation.measure {
    case .stepTime, .deviceTime, .runTime: predicted / observation.value
    case .tokenRate, .sequenceRate, .work, .utilization: observation.value / predicted
    }
  }

  private func workPerToken(plan: ParallelPlan, hardware: Bool) -> Double {
    let length = recipe.sequenceLength
    let work =
      hardware
      ? flops.hardwareWorkPerToken(of: model, sequenceLength: length, recompute: plan.recompute)
      : flops.workPerToken(of: model, sequenceLength: length)
    return work.value
  }
}
