import Hardware
import Numerics
import Units

extension RunJob {
  /// The mean of a few runs, each with the stream of its number.
  public func meanLedger(streams: Range<Int>, seed: UInt64) -> RunLedger {
    precondition(!streams.isEmpty, "a mean is of some runs")
    let generator = RandomGenerator(seed: 0)
    var sum = RunLedger(causes: reliability.causes.count)
    for stream in streams {
      generator.reseed(RandomGenerator.seed(seed, stream: stream))
      var simulation = RunSimulation(self, generator)
      sum += simulation.run()
    }
    return sum.mean(over: streams.count)
  }

  /// Every number that a run depends on, where the rest of the question is the same.
  public var numbers: [Double] {
    let checkpoint = conditions.checkpoint
    let habits = reliability.recovery
    var numbers = [
      work.value, rampWork.value, stepTime.value, interval.value, pace, checkpoint.stall.value,
      checkpoint.persist.value, checkpoint.load.value, Double(conditions.spareNodes),
      conditions.stepVariation, conditions.horizon?.value ?? 0,
      checkpoint.memory?.interval.value ?? 0, checkpoint.memory?.load.value ?? 0,
      habits.detection.value.value, habits.restart.value.value, habits.replacement.value.value,
      habits.restartSuccess?.value ?? 1, habits.repair.value.value, habits.manualShare.value,
      habits.manualDelay.value.value,
      reliability.slowNodes?.rate.value.value ?? 0, reliability.slowNodes?.slowdown.value ?? 0,
      reliability.slowNodes?.detection.value.value ?? 0, conditions.lossSpikes?.rate.value ?? 0,
      conditions.lossSpikes?.steps ?? 0, Double(devices), Double(replica),
    ]
    for cause in reliability.causes {
      numbers.append(cause.rate.value.value)
      numbers.append(cause.detection?.value.value ?? -1)
      if case .weibull(let shape, let age) = cause.law { numbers += [shape, age.value] }
    }
    return numbers
  }
}
