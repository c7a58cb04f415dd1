public import Hardware
import Units

/// A made-up fleet whose every number is round, so that a test can be worked by hand.
public enum IdealFleet {
  static func sourced<Value: Sendable>(_ value: Value) -> Sourced<Value> {
    Sourced(value, .estimated, source: "a round number for tests")
  }

  /// 100 TFLOP/s, 1 TB/s, 80 GB, with as many units as make no waves.
  public static let device = Device(
    id: "ideal", name: "Ideal", vendor: "none",
    peaks: [
      .bf16: sourced(100 * FLOPsPerSecond.TFLOPS), .fp8: sourced(200 * FLOPsPerSecond.TFLOPS),
    ],
    memoryCapacity: sourced(80 * Bytes.GB), memoryBandwidth: sourced(1000 * BytesPerSecond.GBps))

  /// Domains of 8 ranks at 100 GB/s, 10 GB/s between them, no latency.
  public static let fabric = Fabric(
    id: "ideal", name: "Ideal",
    scaleUp: ScaleUp(
      kind: .switched, bandwidth: sourced(100 * BytesPerSecond.GBps), latency: sourced(.zero),
      domainSize: 8),
    scaleOut: ScaleOut(
      kind: .fatTree, bandwidth: sourced(10 * BytesPerSecond.GBps), latency: sourced(.zero),
      oversubscription: sourced(1)))

  /// Kernels that reach the roofline exactly and start at once.
  public static let kernels: KernelProfile = {
    let matrix = MatrixCurve(
      efficiency: 1, kRamp: 0, tileOverhead: 0, splitCost: .zero, bandwidthEfficiency: 1,
      launch: .zero, blend: 1000)
    let grouped = GroupedMatrixCurve(
      efficiency: 1, kRamp: 0, rowTile: 1, bandwidthEfficiency: 1, launch: .zero,
      perExpert: .zero, blend: 1000)
    let curve = CollectiveCurve(
      protocols: [.init(latency: .zero, latencyPerStep: .zero, efficiency: 1)],
      scaleOutEfficiency: 1)
    let phase = ExchangePhaseCurve(
      launch: .zero, scaleUpEfficiency: 1, scaleOutEfficiency: 1, blend: 1000)
    return KernelProfile(
      id: "ideal", name: "Ideal", devices: ["ideal"], kind: .estimated,
      source: "a round number for tests", matrix: [.bf16: matrix], groupedMatrix: [.bf16: grouped],
      attention: AttentionCurve(
        efficiency: 1, sequenceRamp: 0, bandwidthEfficiency: 1e9, launch: .zero,
        backwardSlowdown: 1),
      memory: MemoryCurve(efficiency: 1, launch: .zero),
      collectives: Dictionary(
        uniqueKeysWithValues: CollectiveKind.allCases.map { ($0, curve) }),
      exchange: ExchangeCurve(dispatch: phase, combine: phase))
  }()

  /// A framework that adds nothing and hides nothing.
  public static let stack = SoftwareStack(
    id: "ideal", name: "Ideal", covers: [],
    overlap: .init(
      tensor: sourced(0), context: sourced(0), expert: sourced(0), pipeline: sourced(0),
      gradientReduction: sourced(0), parameterGather: sourced(0), fullySharded: sourced(0)),
    host: .init(
      perLayer: sourced(.zero), perExpertLayer: sourced(.zero), perLocalExpert: sourced(.zero),
      perCollective: sourced(.zero), perStep: sourced(.zero)),
    memory: .init(
      reserved: sourced(.zero), fragmentation: sourced(0), gradientElement: sourced(Bytes(4))),
    kernels: .init(
      matrixSlowdown: sourced(1), attentionSlowdown: sourced(1), elementwiseTraffic: sourced(1),
      fusedAttention: true, deduplicatedDispatch: true, groupedExperts: true),
    schedules: ["gpipe", "1f1b", "1f1b-interleaved"])

  /// Devices at 36 an hour, a hundredth of the currency a second.
  public static func fleet(size: Int) -> Fleet {
    Fleet(
      id: "ideal", name: "Ideal", device: device, fabric: fabric, kernels: kernels, stack: stack,
      price: Price(
        rate: sourced(Money(36) / Seconds.hour), basis: .rentalList, date: "2025-03",
        quoted: "36 RMB/h", list: "ideal"),
      size: size)
  }
}
