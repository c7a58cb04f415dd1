import CostModel
public import Hardware
public import Units

/// One device as kernel tables are held against it: silicon, curves, and the wires of its host.
public struct MeasuredMachine: Sendable {
  public var device: Device
  public var profile: KernelProfile
  /// What one rank sends inside a domain, one direction; nil where no fabric lists the device.
  public var link: BytesPerSecond?
  /// One rank's network interface; nil where the machine has none.
  public var interface: BytesPerSecond?

  public init(
    device: Device, profile: KernelProfile, link: BytesPerSecond?, interface: BytesPerSecond?
  ) {
    self.device = device
    self.profile = profile
    self.link = link
    self.interface = interface
  }
}

/// Predicts measured kernels on one machine.
///
/// Draws of the router are remembered, since many rows share one.
final class KernelPredictor {
  private let machine: MeasuredMachine
  private let model: KernelModel
  private var draws: [KernelMeasurement.FusedExperts: FusedExpertsShape] = [:]

  init(_ machine: MeasuredMachine) {
    self.machine = machine
    model = KernelModel(device: machine.device, profile: machine.profile)
  }

  /// The predicted time, or why there is none.
  enum Prediction {
    case time(Seconds)
    case skipped(String)
  }

  func predict(_ work: KernelMeasurement.Work) -> Prediction {
    switch work {
    case .matrix(let format, let m, let n, let k):
      return product(format.precision) {
        model.matrix(
          m: m, n: n, k: k, pass: .forward, precision: format.precision,
          blockScaled: format == .fp8Block, convertsInput: true
        ).time
      }
    case .attention(let shape):
      return .time(model.attention(shape, backward: false).time)
    case .collective(let kind, let ranks, let payload):
      guard let link = machine.link else { return Self.unwired }
      return .time(model.collective(kind, ranks: ranks, payload: payload, link: link))
    case .exchange(let exchange): return predict(exchange)
    case .fusedExperts(let experts): return predict(experts)
    case .training(let training): return predict(training)
    }
  }

  /// A product in a precision, if the device's peak in it is known.
  private func product(_ precision: Precision, _ time: () -> Seconds) -> Prediction {
    guard machine.device.peak(precision) != nil else {
      return .skipped("the device has no \(precision.rawValue) peak")
    }
    return .time(time())
  }

  private static let unwired = Prediction.skipped("no fabric lists the device")

  /// Whether the curves behind a prediction were fitted on shapes like this one.
  func isMeasured(_ work: KernelMeasurement.Work) -> Bool {
    let profile = machine.profile
    switch work {
    case .matrix(let format, let m, let n, let k):
      return profile.isMeasured(format, rows: m, columns: n, inner: k)
    case .attention(let shape): return profile.isMeasured(shape)
    case .training(.matrix(let product)):
      return profile.isMeasured(
        product.precision.format, rows: product.m, columns: product.n, inner: product.k)
    case .training(.attention(let shape, _, _)): return profile.isMeasured(shape)
    case .collective, .exchange, .fusedExperts, .training: return true
    }
  }

  private func predict(_ exchange: KernelMeasurement.Exchange) -> Prediction {
    guard let link = machine.link else { return Self.unwired }
    guard exchange.domains == 1 || machine.interface != nil else {
      return .skipped("the machine has no network between domains")
    }
    let curve = machine.profile.exchange
    var interface = machine.interface
    if let network = curve.tableNetwork, exchange.domains >= network.domains {
      interface = interface.map { $0 * network.share }
    }
    let shape = exchange.shape(ranksPerDomain: curve.ranksPerDomain)
    return .time(model.exchange(shape, link: link, interface: interface))
  }

  private func predict(_ experts: KernelMeasurement.FusedExperts) -> Prediction {
    guard experts.experts % experts.expertParallel == 0 || experts.experts < experts.expertParallel
    else { return .skipped("the group's ranks do not share the experts evenly") }
    guard let curve = curve(for: experts) else {
      return .skipped("no curve for the format '\(experts.format.rawValue)' of fused experts")
    }
    return product(experts.format.precision) {
      let shape = draws[experts] ?? experts.shape(tile: curve.product.rowTile)
      draws[experts] = shape
      return model.fusedExperts(shape, curve).time
    }
  }

  /// The kernel of the name, else one of the same format and gating, which is likely the same code.
  private func curve(for experts: KernelMeasurement.FusedExperts) -> FusedExpertsCurve? {
    let curves = machine.profile.fusedExperts.filter { $0.format == experts.format }
    return curves.first { $0.kernel == experts.kernel }
      ?? curves.first { $0.gated == experts.isGated } ?? experts.fallback(machine.profile)
  }

  private func predict(_ training: KernelMeasurement.Training) -> Prediction {
    let factors = machine.profile.training
    switch training {
    case .matrix(let product):
      return self.product(product.precision.precision) {
        model.time(product) * (factors?.matrix ?? 1)
      }
    case .grouped(let product):
      return self.product(product.precision.precision) {
        let launches = (factors?.groupedPerExpert ?? .zero) * product.groups
        return model.time(product) * (factors?.groupedMatrix ?? 1) + launches
      }
    case .attention(let shape, let backward, let precision):
      return self.product(precision) {
        model.attention(shape, backward: backward, precision: precision).time
          * (factors?.attention ?? 1)
      }
    case .memory(let name, let bytes): return .time(model.memoryPass(bytes, name).time)
    }
  }
}

extension KernelModel {
  /// The time of a product of a training table's row by the curves alone.
  func time(_ product: KernelMeasurement.Product) -> Seconds {
    matrix(
      m: product.m, n: product.n, k: product.k, pass: product.pass,
      precision: product.precision.precision, blockScaled: product.precision.blockScaled,
      gradientElement: product.gradientElement
    ).time
  }

  func time(_ product: KernelMeasurement.Grouped) -> Seconds {
    groupedMatrix(
      rows: ExpertRows(total: product.groups * product.m, evenlyOver: product.groups),
      n: product.n, k: product.k, pass: product.pass, precision: product.precision.precision,
      blockScaled: product.precision.blockScaled, gradientElement: product.gradientElement
    ).time
  }
}

extension KernelMeasurement.Exchange {
  /// The tables send FP8 tokens out and bring 16-bit ones back.
  func shape(ranksPerDomain: Int) -> ExchangeShape {
    ExchangeShape(
      phase: phase, tokens: tokens, hidden: hidden,
      elementSize: phase == .dispatch ? Bytes(1) : Bytes(2), topK: topK,
      ranks: ranksPerDomain * domains, ranksPerDomain: ranksPerDomain, computeUnits: computeUnits)
  }
}

extension KernelMeasurement.FusedExperts {
  var isGated: Bool { !kernel.contains("nongated") }

  func shape(tile: Double) -> FusedExpertsShape {
    let local = max(1, experts / expertParallel)
    let draw = RouterDraw(
      tokens: tokens, topK: topK, experts: experts, localExperts: local, tile: tile)
    return FusedExpertsShape(
      tokens: tokens, hidden: hidden, sliceWidth: width / Double(expertTensor),
      experts: Double(experts), localExperts: Double(local), rows: draw.meanRows(routing))
  }

  /// A plain library on a device whose fused layers nobody measured: each row is copied in and out,
  /// each inner value written and read, once.
  func fallback(_ profile: KernelProfile) -> FusedExpertsCurve? {
    (profile.groupedMatrix[format] ?? profile.groupedMatrix[.bf16]).map {
      FusedExpertsCurve(
        kernel: kernel, format: format, gated: isGated, product: $0, tokenPasses: 1, rowPasses: 2,
        innerPasses: 3)
    }
  }
}
