import Fixtures
import Hardware
import Testing
import TrainingRun
import Units

@Suite("The bill of a run")
struct RunBillTests {
  private let ownership = Ownership(
    id: "test", name: "Test", device: money(30_000), server: money(6000), network: money(8000),
    facility: money(12_000), life: Jobs.sourced(4 * year), residual: Jobs.sourced(0.1),
    facilityLife: Jobs.sourced(12 * year), occupancy: Jobs.sourced(0.8))

  private let site = Site(
    id: "test", name: "Test", electricity: money(0.5), powerOverhead: Jobs.sourced(1.25),
    carbon: Jobs.sourced(0.6), staff: money(2000), hostFactor: Jobs.sourced(1.5),
    idleShare: Jobs.sourced(0.3))

  private static let year = Seconds(31_557_600)

  private static func money(_ amount: Double) -> DatedMoney {
    DatedMoney(amount: Money(amount), quoted: "\(amount) RMB", date: "2025")
  }

  private var fleet: Fleet {
    var fleet = IdealFleet.fleet(size: 16_384)
    fleet.device.power = Jobs.sourced(Watts(700))
    return fleet
  }

  private func setting(owned: Bool) -> RunSetting {
    RunSetting(
      reliability: Jobs.reliability([Jobs.cause(perDeviceDay: 1e-3)], repair: Seconds.day),
      conditions: RunConditions(checkpoint: Jobs.blocking, spareNodes: 16, runs: 1),
      site: site, ownership: owned ? ownership : nil)
  }

  @Test("items add up to the total in every draw, rented and owned", arguments: [true, false])
  func addsUp(owned: Bool) throws {
    let setting = setting(owned: owned)
    let job = Jobs.job(days: 5, setting.reliability, setting.conditions)
    for draw in 0..<20 {
      let ledger = [job].meanLedgers(streams: draw..<draw + 1)[0]
      let bill = try #require(
        RunBill(ledger: ledger, fleet: fleet, setting: setting, busyShare: 0.8))
      let sum = bill.items.reduce(0) { $0 + $1.amount.value }
      #expect(bill.total.value == sum)
      guard !owned, let price = fleet.price else { continue }
      // What is rented is paid for all the time, by all devices and spares.
      let all = price.rate.value * (ledger.duration * Double(16_384 + 16 * 8))
      #expect(abs(bill.total / all - 1) < 1e-12)
    }
  }

  @Test("owned devices lose value along straight lines, faster where they are seldom used")
  func depreciation() {
    // A device-year, used 80 % of the time: (30,000 · 0.9 / 4) / 0.8 = 8,437.5; 6,000 of the server
    // 1,687.5; network 8,000 / 4 / 0.8 = 2,500; building 12,000 / 12 / 0.8 = 1,250.
    let amounts = ownership.items(deviceTime: Self.year).map(\.amount.value)
    for (amount, expected) in zip(amounts, [8437.5, 1687.5, 2500, 1250]) {
      #expect(abs(amount - expected) < 1e-9)
    }
  }

  @Test("energy counts busy and idle power, the host, the building and the spares")
  func energy() {
    // One hour of 10 devices of 700 W that compute 80 % of it, 2 spares: full 700 · 1.5 · 1.25 =
    // 1,312.5 W, idle 393.75 W. Busy: 10 · (393.75 + 918.75 · 0.8) = 11.2875 kWh; idle 0.7875 kWh.
    var ledger = RunLedger(causes: 0)
    ledger[.productive] = .hour
    let energy = RunEnergy(
      ledger: ledger, devices: 10, spares: 2, power: Watts(700), site: site, busyShare: 0.8)
    #expect(abs(energy.busy / Joules(3.6e6) - 11.2875) < 1e-9)
    #expect(abs(energy.idle / Joules(3.6e6) - 0.7875) < 1e-9)
    #expect(abs(energy.carbon - 0.6 * 12.075) < 1e-9)
  }

  @Test("without a price and a purchase there is no bill")
  func nothing() {
    var fleet = fleet
    fleet.price = nil
    let bill = RunBill(
      ledger: RunLedger(causes: 0), fleet: fleet, setting: setting(owned: false), busyShare: 1)
    #expect(bill?.total == nil)
  }
}
