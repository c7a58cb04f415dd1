import ArgumentParser
import Foundation
import InputFiles
import MoEKernel
import Numerics
import Reports
import Units
import Workload

/// A text as tokens, one a byte.
struct TokenText {
  static let vocabulary = 128
  private let tokens: [Int32]

  /// - Throws: `TextFault` for a text that is too short or not plain ASCII.
  init(path: String, least: Int) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TextFault(path: path, problem: "cannot be read. Name a text file.")
    }
    guard data.allSatisfy({ $0 < Self.vocabulary }) else {
      throw TextFault(path: path, problem: "holds bytes that are not ASCII. Name a plain text.")
    }
    guard data.count > least else {
      throw TextFault(
        path: path,
        problem: "has \(data.count) bytes, fewer than one sequence and its end (\(least + 1)).")
    }
    tokens = data.map { Int32($0) }
  }

  /// Sequences from places that are drawn, each with the token after every token.
  func batch(_ count: Int, length: Int, _ random: RandomGenerator) -> (
    tokens: [Int32], targets: [Int32]
  ) {
    var batch: (tokens: [Int32], targets: [Int32]) = ([], [])
    for _ in 0..<count {
      let start = Int(random.uniform() * Double(tokens.count - length))
      batch.tokens += tokens[start..<start + length]
      batch.targets += tokens[start + 1...start + length]
    }
    return batch
  }
}

/// A text that no model can be trained on.
struct TextFault: Error, CustomStringConvertible {
  var path: String
  var problem: String
  var description: String { "\(path): \(problem)" }
}

/// The small MoE model that learns a text on this machine.
struct TextTraining {
  /// A model with the routing that large ones have: 16 experts, two for each token.
  static let shape: MeasuredShape = {
    var shape = MeasuredShape(.step, sequenceLength: 128, hidden: 128)
    shape.batch = 8
    shape.heads = 4
    shape.keyValueHeads = 2
    shape.headWidth = 32
    shape.experts = 16
    shape.topK = 2
    shape.width = 96
    shape.vocabulary = TokenText.vocabulary
    shape.layers = 4
    return shape
  }()

  let decoder: Decoder
  private let text: TokenText
  private let random: RandomGenerator

  init(
    _ shape: MeasuredShape = shape, text: TokenText, seed: UInt64, workers: Int
  ) throws {
    self.text = text
    random = RandomGenerator(seed: seed)
    decoder = try Decoder(
      model: shape.model, batch: shape.batch, sequenceLength: shape.sequenceLength,
      rule: RoutingRule(balanceLoss: 0.01, zLoss: 0.001), rate: 2e-3,
      team: WorkerTeam(workers: workers))
    decoder.draw(from: random)
  }

  /// One step on the next batch: its loss in nats a token.
  func step() -> Double {
    let batch = text.batch(decoder.batch, length: decoder.sequenceLength, random)
    return batch.tokens.withUnsafeBufferPointer { tokens in
      batch.targets.withUnsafeBufferPointer { decoder.step(tokens: tokens, targets: $0) }
    }
  }
}

extension MeasureCommand {
  /// The text that a training reads.
  func textPath(_ catalog: Catalog) -> String {
    text ?? catalog.path("scenarios/text/declaration-and-constitution.txt")
  }

  /// Trains, and writes the loss of every step, and the expert loads of the first and of every tenth or
  /// more: some sixty steps, however long the training.
  func trainModel(_ catalog: Catalog, _ folder: HostFolder) throws {
    let shape = TextTraining.shape
    let training = try TextTraining(
      text: TokenText(path: textPath(catalog), least: shape.sequenceLength), seed: seed,
      workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
    let progress = ProgressLine(total: steps, quiet: shared.quiet)
    let stride = max(10, steps / 60)
    var losses: [TrainingLossRow] = []
    var loads: [ExpertLoadRow] = []
    for step in 1...steps {
      let loss = training.step()
      losses.append(TrainingLossRow(step: step, loss: loss))
      if step == 1 || step % stride == 0 {
        for (layer, experts) in training.decoder.experts.enumerated() {
          loads += experts.expertLoads.enumerated().map {
            ExpertLoadRow(step: step, layer: layer, expert: $0.offset, load: $0.element)
          }
        }
      }
      progress.show(done: step, next: "loss \(fixed(loss, decimals: 3))")
    }
    progress.end()
    try write(ExpertLoadRow.table(loads).csvText, to: folder.loads)
    try write(TrainingLossRow.table(losses).csvText, to: "\(folder.path)/training.csv")
    let (first, last) = (losses[0].loss, losses[losses.count - 1].loss)
    print("loss \(fixed(first, decimals: 3)) at step 1, \(fixed(last, decimals: 3)) at \(steps)")
    if !shared.quiet { complain("Expert loads: \(folder.loads)") }
  }
}
