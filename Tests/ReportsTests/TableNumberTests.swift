import Reports
import Testing

@Suite("Fixed decimals")
struct TableNumberTests {
  @Test("a number has as many decimals as asked for, rounded to nearest")
  func rounding() {
    #expect(fixed(12.345678, decimals: 3) == "12.346")
    #expect(fixed(-12.345678, decimals: 3) == "-12.346")
    #expect(fixed(1e6, decimals: 0) == "1000000")
    #expect(fixed(0.5, decimals: 4) == "0.5000")
    // 1e21 is exact in binary; 0.1 + 0.2 is 0.3000000000000000444.
    #expect(fixed(1e21, decimals: 1) == "1000000000000000000000.0")
    #expect(fixed(0.1 + 0.2, decimals: 15) == "0.300000000000000")
  }

  @Test("zero has no sign, however it came about")
  func zero() {
    #expect(fixed(-0.0, decimals: 2) == "0.00")
    #expect(fixed(-0.001, decimals: 2) == "0.00")
    #expect(fixed(-0.006, decimals: 2) == "-0.01")
  }

  @Test("the longest number fits")
  func longest() {
    let text = fixed(-.greatestFiniteMagnitude, decimals: 15)
    #expect(text.count == 1 + 309 + 1 + 15)
  }
}
