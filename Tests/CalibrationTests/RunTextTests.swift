import Testing

@testable import Calibration

@Suite("Numbers in the cells of published runs")
struct RunTextTests {
  @Test("numbers are found in their order, without the digits of names")
  func numbersInText() {
    #expect(numbers(in: "2304 to 9216") == [2304, 9216])
    #expect(numbers(in: "44 (GAS 44)") == [44, 44])
    #expect(numbers(in: "4 (width 5632)") == [4, 5632])
    #expect(numbers(in: "15,360 sequences, 2.5 each.") == [15_360, 2.5])
    #expect(numbers(in: "fp8 on H100") == [])
    #expect(numbers(in: "1.2.3") == [1.2, 3])
    #expect(numbers(in: "") == [])
    #expect(numbers(in: "٣ and ½") == [])
  }

  @Test("a number is single where it stands alone, about or exactly")
  func single() {
    #expect(singleNumber("12.5") == 12.5)
    #expect(singleNumber("~735") == 735)
    #expect(singleNumber("about 1,400") == 1400)
    #expect(singleNumber(">50") == nil)
    #expect(singleNumber("50-55") == nil)
    #expect(singleNumber("up to 1.4") == nil)
    #expect(singleNumber("OOM") == nil)
  }

  @Test("a number is found before a word")
  func before() {
    #expect(number(before: "MTP layer", in: "DualPipeV, 1 MTP layer; unit unclear") == 1)
    #expect(number(before: "mtp layer", in: "no such thing") == nil)
  }

  @Test("words are found in either case")
  func mentions() {
    #expect("FSDP full shard (ZeRO-3)".mentions("zero-3"))
    #expect(!"ZeRO".mentions("zero-3"))
    #expect("".mentions("x") == false)
  }
}
