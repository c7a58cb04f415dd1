import CostModel
import Hardware
import Units

/// One linear layer by itself: its three products, for their own measurement.
final class LinearLayer {
  let input: Tensor
  let weights: Tensor
  let outputGradient: Tensor
  private let output: Tensor
  private let inputGradient: Tensor
  private let weightGradient: Tensor
  private let block: Block
  private let runner: PartRunner<LinearLayer>

  init(rows: Int, inputs: Int, outputs: Int, team: WorkerTeam) {
    input = Tensor(rows: rows, columns: inputs)
    weights = Tensor(rows: inputs, columns: outputs)
    output = Tensor(rows: rows, columns: outputs)
    outputGradient = Tensor(rows: rows, columns: outputs)
    inputGradient = Tensor(rows: rows, columns: inputs)
    weightGradient = Tensor(rows: inputs, columns: outputs)
    let work = Operation.Work.matrix(m: Double(rows), n: Double(outputs), k: Double(inputs))
    let product = { (pass: MatrixPass) in
      Operation(.output, work, pass: pass, precision: .fp32)
    }
    block = Block(
      forward: [product(.forward)],
      backward: [product(.inputGradient), product(.weightGradient)])
    runner = PartRunner(KernelProgram(block) { _ in () }, team: team)
  }

  func forward() { runner.forward(self) }
  func backward() { runner.backward(self) }

  var executed: (forward: [ExecutedOperation], backward: [ExecutedOperation]) {
    runner.executed(block)
  }
}

extension LinearLayer: ModelPart {
  func execute(_ kernel: Void, _ pass: MatrixPass, _ worker: Worker) {
    worker.shareLinear(
      pass, x: input, weights: weights, y: output,
      gradients: (inputGradient, weightGradient, outputGradient))
  }
}
