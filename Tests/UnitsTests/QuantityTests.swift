import Testing
import Units

@Suite("Quantities")
struct QuantityTests {
  @Test("work over a rate of work is a time")
  func workOverRate() {
    let time = FLOPs(989e12) / (989 * FLOPsPerSecond.TFLOPS)
    #expect(time == Seconds(1))
  }

  @Test("a price of time times a time is money")
  func priceTimesTime() {
    let price = Money(27.5) / Seconds.hour
    let cost = price * Seconds(7200)
    #expect(abs(cost.value - 55) < 1e-12)
  }

  @Test("amounts of one kind divide to a plain number")
  func ratio() {
    let ratio: Double = Bytes.GiB / Bytes.GB
    #expect(ratio == 1.073741824)
  }

  @Test("a compound unit spells its symbol")
  func symbols() {
    #expect(Per<Byte, Second>.symbol == "B/s")
  }
}
