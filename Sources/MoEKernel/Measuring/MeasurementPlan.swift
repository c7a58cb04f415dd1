import Numerics

/// The shapes that are measured, drawn from a seed: the same seed, the same shapes.
public struct MeasurementPlan: Sendable {
  public enum Size: String, CaseIterable, Sendable {
    /// Under a minute on two cores.
    case quick
    /// Under ten minutes.
    case full
  }

  public enum Purpose: Sendable {
    /// What curves are fitted to.
    case fit
    /// Whole parts and steps that no fit sees.
    case validation
  }

  public let shapes: [MeasuredShape]

  /// The seed of `measure` where none is given.
  public static let usualSeed: UInt64 = 1

  /// Drawn shapes of each part, those of one part spread over its whole range, which reaches down to the model
  /// that trains on text. Parts take turns, so that a run that is ended early has met all of them alike.
  public init(_ size: Size, for purpose: Purpose, seed: UInt64) {
    let draw = PlanDraw(size: size, random: RandomGenerator(seed: seed))
    switch (size, purpose) {
    case (.full, .fit):
      shapes = inTurns([
        draw.products(28), draw.experts(26), draw.attention(26), draw.heads(20), draw.steps(20),
      ])
    case (.quick, .fit):
      shapes = inTurns([
        draw.products(20), draw.experts(20), draw.attention(20), draw.heads(20), draw.steps(20),
      ])
    case (.full, .validation):
      shapes = unfitted(inTurns([draw.experts(10), draw.attention(6), draw.steps(8)]))
    case (.quick, .validation):
      shapes = unfitted(inTurns([draw.experts(4), draw.attention(3), draw.steps(3)]))
    }
  }
}

/// The shapes that no fit of the usual seed has seen: drawn numbers are few enough to meet by chance.
private func unfitted(_ shapes: [MeasuredShape]) -> [MeasuredShape] {
  let fitted = Set(
    MeasurementPlan.Size.allCases.flatMap {
      MeasurementPlan($0, for: .fit, seed: MeasurementPlan.usualSeed).shapes
    })
  return shapes.filter { !fitted.contains($0) }
}

/// The first of each list, then the second of each, until all are empty.
private func inTurns<Item>(_ lists: [[Item]]) -> [Item] {
  (0..<(lists.map(\.count).max() ?? 0)).flatMap { turn in
    lists.compactMap { turn < $0.count ? $0[turn] : nil }
  }
}

/// Draws the shapes of each part.
private struct PlanDraw {
  let size: MeasurementPlan.Size
  let random: RandomGenerator

  private var isFull: Bool { size == .full }

  private func hypercube(_ count: Int) -> LatinHypercube {
    LatinHypercube(count: count, random: random)
  }

  func products(_ count: Int) -> [MeasuredShape] {
    let cube = hypercube(count)
    let largest = isFull ? 4096 : 768
    let rows = cube.sizes(128...largest, multipleOf: 64)
    let hidden = cube.sizes(128...largest / 2, multipleOf: 64)
    let width = cube.sizes(64...largest, multipleOf: 64)
    return (0..<count).map { index in
      var shape = MeasuredShape(.product, sequenceLength: rows[index], hidden: hidden[index])
      shape.width = width[index]
      return shape
    }
  }

  func experts(_ count: Int) -> [MeasuredShape] {
    let cube = hypercube(count)
    let tokens = cube.sizes(isFull ? 512...4096 : 128...1024, multipleOf: 128)
    let hidden = cube.sizes(128...(isFull ? 1024 : 384), multipleOf: 64)
    let width = cube.sizes(64...(isFull ? 1024 : 256), multipleOf: 64)
    let experts = cube.choices(isFull ? [8, 16, 32, 64] : [4, 8, 16])
    let topK = cube.choices([1, 2, 4])
    let shared = cube.choices([0, 0, 1])
    return (0..<count).map { index in
      var shape = MeasuredShape(.experts, sequenceLength: tokens[index], hidden: hidden[index])
      shape.experts = experts[index]
      shape.topK = topK[index]
      shape.width = width[index]
      shape.sharedWidth = shared[index] * width[index]
      return shape
    }
  }

  func attention(_ count: Int) -> [MeasuredShape] {
    let cube = hypercube(count)
    let sequence = cube.sizes(isFull ? 256...2048 : 64...256, multipleOf: 64)
    let batch = cube.choices(isFull ? [1, 2, 4] : [1, 2])
    let hidden = cube.sizes(128...(isFull ? 1024 : 384), multipleOf: 64)
    let groups = cube.choices([2, 4, 8])
    let sharing = cube.choices([1, 2, 4])
    let width = cube.choices(isFull ? [32, 64, 128] : [16, 32, 64])
    return (0..<count).map { index in
      var shape = MeasuredShape(.attention, sequenceLength: sequence[index], hidden: hidden[index])
      shape.batch = batch[index]
      shape.keyValueHeads = groups[index]
      shape.heads = groups[index] * sharing[index]
      shape.headWidth = width[index]
      return shape
    }
  }

  func heads(_ count: Int) -> [MeasuredShape] {
    let cube = hypercube(count)
    let tokens = cube.sizes(isFull ? 512...4096 : 128...1024, multipleOf: 128)
    let hidden = cube.sizes(128...(isFull ? 1024 : 384), multipleOf: 64)
    let vocabulary = cube.sizes(isFull ? 128...8192 : 128...1024, multipleOf: 64)
    return (0..<count).map { index in
      var shape = MeasuredShape(.head, sequenceLength: tokens[index], hidden: hidden[index])
      shape.vocabulary = vocabulary[index]
      return shape
    }
  }

  func steps(_ count: Int) -> [MeasuredShape] {
    let cube = hypercube(count)
    let sequence = cube.choices(isFull ? [128, 256, 512] : [64, 128])
    let batch = cube.choices(isFull ? [2, 4, 8] : [1, 2, 8])
    let hidden = cube.sizes(isFull ? 128...640 : 64...192, multipleOf: 64)
    let width = cube.sizes(64...(isFull ? 640 : 192), multipleOf: 64)
    let experts = cube.choices([4, 8, 16])
    let layers = cube.choices(isFull ? [1, 2, 3] : [1, 2])
    let vocabulary = cube.choices([128, 512, 2048])
    return (0..<count).map { index in
      var shape = MeasuredShape(.step, sequenceLength: sequence[index], hidden: hidden[index])
      shape.batch = batch[index]
      shape.headWidth = 64
      shape.heads = max(1, hidden[index] / 64)
      shape.keyValueHeads = shape.heads % 2 == 0 ? shape.heads / 2 : shape.heads
      shape.experts = experts[index]
      shape.topK = 2
      shape.width = width[index]
      shape.vocabulary = vocabulary[index]
      shape.layers = layers[index]
      return shape
    }
  }
}
