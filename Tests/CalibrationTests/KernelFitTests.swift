import CostModel
import Fixtures
import Foundation
import Hardware
import Testing
import Units

@testable import Calibration

@Suite("Fits of kernel curves")
struct KernelFitTests {
  private let device: Device = {
    var device = IdealFleet.device
    device.computeUnits = Sourced(100, .estimated, source: "a round number for tests")
    return device
  }()

  private func points(_ curve: MatrixCurve, wild: Bool = false) -> [FitPoint<MatrixFit.Product>] {
    var profile = IdealFleet.kernels
    profile.matrix = [.bf16: curve]
    let model = KernelModel(device: device, profile: profile)
    var points: [FitPoint<MatrixFit.Product>] = []
    for m in [128.0, 512, 3000, 8192] {
      for n in [256.0, 1536, 7168, 16384] {
        for k in [256.0, 2048, 10_240] {
          let time = model.matrix(
            m: m, n: n, k: k, pass: .forward, precision: .bf16, blockScaled: false
          ).time.value
          let isWild = wild && points.count % 12 == 5
          points.append(
            FitPoint(
              work: .init(m: m, n: n, k: k), logTime: log(isWild ? 6 * time : time), weight: 1,
              isHeldBack: points.count % 5 == 0))
        }
      }
    }
    return points
  }

  private let truth = MatrixCurve(
    efficiency: 0.8, kRamp: 150, tileOverhead: 8, splitCost: Seconds(4e-6),
    bandwidthEfficiency: 0.7, cache: Bytes(1e6), launch: Seconds(4e-6), blend: 4)

  @Test("a curve is found again from its own times")
  func findsCurve() throws {
    let curve = try MatrixFit(device: device, format: .bf16).fit(points(truth), relatives: [])
    let quality = try #require(curve.quality)
    #expect(quality.points == 48)
    #expect(quality.heldBackMedian < 0.02 && quality.heldBackP90 < 0.08)
    #expect(abs(curve.efficiency - 0.8) < 0.05)
    #expect(abs(curve.launch / .microsecond - 4) < 1)
  }

  @Test("kernels that chose badly do not bend the curve")
  func resistsOutliers() throws {
    let curve = try MatrixFit(device: device, format: .bf16)
      .fit(points(truth, wild: true), relatives: [])
    #expect(abs(curve.efficiency - 0.8) < 0.08)
  }

  @Test("what a curve cannot follow stands in the grid")
  func fillsGrid() throws {
    let axes = [CorrectionGrid.Axis(.rows, [100, 1000])]
    let grid = GridFit<Double>(axes: axes, stiffness: [0], ridge: 0.01) { work, _ in work }
    // Residuals of log 1.1 at 100 and log 0.9 at 1000, many of each.
    let points = (0..<40).map { index in
      FitPoint(
        work: index % 2 == 0 ? 100.0 : 1000, logTime: 0, weight: 1, isHeldBack: false)
    }
    let residuals = points.map { log($0.work == 100 ? 1.1 : 0.9) }
    let fitted = try #require(GridFit.solve([grid], points, residuals).first)
    #expect(abs(fitted.factors[0] - 1.1) < 0.002 && abs(fitted.factors[1] - 0.9) < 0.002)
  }

  @Test("a knot without measurements keeps the factor 1, or follows its stiff neighbour")
  func shrinks() throws {
    let axes = [CorrectionGrid.Axis(.rows, [100, 1000, 10_000])]
    let points = (0..<20).map { _ in
      FitPoint(work: 100.0, logTime: 0, weight: 1, isHeldBack: false)
    }
    let residuals = points.map { _ in log(1.2) }
    let free = GridFit<Double>(axes: axes, stiffness: [0], ridge: 0.1) { work, _ in work }
    let stiff = GridFit<Double>(axes: axes, stiffness: [100], ridge: 0.1) { work, _ in work }
    #expect(try GridFit.solve([free], points, residuals)[0].factors[2] == 1)
    #expect(try GridFit.solve([stiff], points, residuals)[0].factors[2] > 1.15)
  }

  /// A table of matrix products of the test device, in a file of its own.
  private func table(rows: Int) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("products-\(UUID().uuidString).csv").path
    let lines = points(truth).prefix(rows).map { point in
      "ideal,bf16,\(point.work.m),\(point.work.n),\(point.work.k),\(1e6 * exp(point.logTime))"
    }
    let text = (["device,precision,m,n,k,time_us"] + lines).joined(separator: "\n") + "\n"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private func profile(
    rows: Int, of device: Device, fallback: KernelProfile?
  ) throws -> KernelProfile {
    let path = try table(rows: rows)
    defer { try? FileManager.default.removeItem(atPath: path) }
    var assumptions = KernelCalibration.Assumptions()
    assumptions.fallback = fallback
    return try KernelCalibration(tables: [path]).profile(
      of: device, link: 100 * .GBps, interface: nil, source: "a test", assuming: assumptions)
  }

  @Test("one family of kernels makes a profile where another profile stands in for the rest")
  func standIn() throws {
    let made = try profile(rows: 48, of: device, fallback: IdealFleet.kernels)
    #expect(made.matrix[.bf16]?.quality?.points == 48)
    #expect(made.attention.launch == IdealFleet.kernels.attention.launch)
    let id = IdealFleet.kernels.id
    #expect(
      made.source
        == "a test; grouped_matrix, attention, collectives, exchange not measured, taken from \(id)"
    )
  }

  @Test("tables that do not suffice say how many rows of what they lack, and of which device")
  func tooFew() throws {
    func complaint(rows: Int, _ device: Device) -> String {
      do {
        _ = try profile(rows: rows, of: device, fallback: nil)
        return ""
      } catch { return "\(error)" }
    }
    let remedy = "Add rows, or name a profile whose curve stands in by --fallback."
    #expect(
      complaint(rows: 7, device)
        == "ideal: 7 rows of bf16 matrix products are too few for a fit, which needs 20. \(remedy)")
    #expect(
      complaint(rows: 48, device).hasPrefix("ideal: the tables hold no bf16 fused expert layers."))
    var other = device
    other.id = "other"
    #expect(complaint(rows: 48, other) == "other: the tables hold no row of the device. \(remedy)")
  }
}

@Suite("Draws of the router")
struct KernelRouterDrawTests {
  private func draw(_ tokens: Double, local: Int = 8) -> RouterDraw {
    RouterDraw(tokens: tokens, topK: 8, experts: 64, localExperts: local, tile: 128)
  }

  @Test("a balanced draw gives every expert its share")
  func balanced() {
    #expect(draw(1024).rows(.balanced) == [[Double](repeating: 128, count: 8)])
  }

  @Test("fewer rows than experts leave experts idle")
  func fewRows() {
    // 2 tokens · 8 of 64: a quarter of a row an expert, two rows on eight experts.
    #expect(draw(2).rows(.balanced) == [[1, 1]])
  }

  @Test("the busiest rank has more than its share, the more the steeper the law")
  func powerLaw() {
    let share = 1024.0
    let mild = draw(1024).meanRows(.powerLaw(exponent: 0.5))
    let steep = draw(1024).meanRows(.powerLaw(exponent: 1.2))
    #expect(mild.total > share && steep.total > mild.total)
    // No expert has more rows than there are tokens.
    let most = draw(1024).rows(.powerLaw(exponent: 1.2)).flatMap { $0 }.max() ?? 0
    #expect(most <= 1024)
  }

  @Test("a group of one rank has all rows, and the same draw repeats")
  func repeats() {
    let all = draw(1024, local: 64)
    for rows in all.rows(.powerLaw(exponent: 1.2)) {
      #expect(abs(rows.reduce(0, +) - 8192) < 64)
    }
    #expect(
      all.rows(.powerLaw(exponent: 1.2)) == draw(1024, local: 64).rows(.powerLaw(exponent: 1.2)))
  }

  @Test("distributions are read by name")
  func names() {
    #expect(TableRouting("balanced") == .balanced)
    #expect(TableRouting("power_law_1.01") == .powerLaw(exponent: 1.01))
    #expect(TableRouting("power_law_nan") == nil)
    #expect(TableRouting("power_law_") == nil)
    #expect(TableRouting("") == nil)
  }
}
