import Testing
import Units

@testable import InputFiles

@Suite("A number with its unit")
struct QuantityTextTests {
  private func value(_ text: String, _ dimension: Dimension) throws -> Double {
    try amount(text, of: dimension, within: .notNegative, example: "")
  }

  private func words(
    _ text: String, _ dimension: Dimension, _ bounds: Bounds = .positive, example: String = "x"
  ) -> String {
    do throws(CauseError) {
      return String(try amount(text, of: dimension, within: bounds, example: example))
    } catch {
      return error.cause.words
    }
  }

  @Test("SI prefixes are powers of 1000, IEC prefixes powers of 1024")
  func prefixes() throws {
    #expect(try value("80 GB", .data) == 80e9)
    #expect(try value("80 GiB", .data) == 80 * 1024 * 1024 * 1024)
    #expect(try value("1 kB", .data) == 1000)
    #expect(try value("1 KiB", .data) == 1024)
    #expect(try value("1.5 TiB", .data) == 1.5 * 1_099_511_627_776)
  }

  @Test("B is a byte and b a bit, eight to a byte")
  func bits() throws {
    #expect(try value("400 Gb/s", .bandwidth) == 50e9)
    #expect(try value("400 GB/s", .bandwidth) == 400e9)
    #expect(try value("1.8 TB/s", .bandwidth) == 1.8e12)
  }

  @Test("a unit is as large as it says")
  func units() throws {
    #expect(try value("989 TFLOP/s", .peak) == 989e12)
    #expect(try value("1.98 PFLOP/s", .peak) == 1.98e15)
    #expect(try value("4 us", .time) == 4e-6)
    #expect(try value("90 d", .time) == 7_776_000)
    #expect(try value("2 days", .time) == 172_800)
    #expect(try value("1.5 h", .time) == 5400)
    #expect(try value("2 min", .time) == 120)
    #expect(try value("0.7 kW", .power) == 700)
    #expect(try value("9 T tokens", .tokens) == 9e12)
    #expect(try value("15 tokens", .tokens) == 15)
    #expect(try value("28.8 B", .parameters) == 28.8e9)
    #expect(try value("5 %", .ratio) == 0.05)
  }

  @Test("blanks between number and unit do not matter")
  func blanks() throws {
    #expect(try value("80GB", .data) == 80e9)
    #expect(try value("80   GB", .data) == 80e9)
    #expect(try value("1T", .tokens) == 1e12)
  }

  @Test("a decimal number may have a sign, a fraction and a power of ten")
  func numbers() throws {
    #expect(try value("+2.5e3", .count) == 2500)
    #expect(try value("1E-2", .ratio) == 0.01)
    #expect(try value("0.5", .ratio) == 0.5)
    #expect(try value("0", .ratio) == 0)
  }

  @Test("an amount of another dimension is named, with the right unit where only /s is wrong")
  func wrongDimension() {
    #expect(
      words("3.35 TB", .bandwidth)
        == "'3.35 TB' is bytes, not bytes per second. Write '3.35 TB/s'.")
    #expect(words("80 GB/s", .data) == "'80 GB/s' is bytes per second, not bytes. Write '80 GB'.")
    #expect(
      words("400 Gb/s", .data, example: "80 GB")
        == "'400 Gb/s' is bytes per second, not bytes. Write for example '80 GB'.")
    #expect(
      words("989 TOP/s", .peak, example: "989 TFLOP/s")
        == """
        '989 TOP/s' is integer operations per second, not floating-point operations per second. \
        Write for example '989 TFLOP/s'.
        """)
    #expect(
      words("5 %", .count, example: "8")
        == "'5 %' is a plain ratio, not a plain count. Write for example '8'.")
  }

  @Test("an unknown unit is told with the nearest, or with all there are")
  func unknownUnit() {
    #expect(words("80 gb", .data) == "'80 gb' has the unknown unit 'gb'. Did you mean 'GB'?")
    #expect(
      words("989 TFLOPS", .peak)
        == "'989 TFLOPS' has the unknown unit 'TFLOPS'. Did you mean 'TFLOP/s'?")
    #expect(
      words("4 μs", .time)
        == """
        '4 μs' has the unknown unit 'μs'. The units of a time are ns, us, ms, s, min, h, d, days, \
        day, y.
        """)
    #expect(
      words("1 000 GB", .data)
        == """
        '1 000 GB' has the unknown unit '000 GB'. The units of bytes are B, kB, MB, GB, TB, KiB, \
        MiB, GiB, TiB.
        """)
  }

  @Test("a number without its unit, and a unit without its number")
  func halves() {
    #expect(
      words("80", .data, example: "80 GB")
        == "'80' has no unit, and must be bytes. Write for example '80 GB'.")
    #expect(
      words("GB", .data, example: "80 GB") == "'GB' is not a number. Write for example '80 GB'.")
    #expect(words("", .count, example: "8") == "'' is not a number. Write for example '8'.")
  }

  @Test(
    "spellings that readers of YAML disagree about are refused",
    arguments: [
      ("0x1F", "'0x1F' is not a decimal number. Write it with the digits 0 to 9."),
      ("0o17", "'0o17' is not a decimal number. Write it with the digits 0 to 9."),
      ("017", "'017' starts with a zero, which some read as octal. Write '17'."),
      ("00", "'00' starts with a zero, which some read as octal. Write '0'."),
      ("1:30", "'1:30' is not a number. Write for example 'x'."),
      (".5", "'.5' is not a number. Write for example 'x'."),
      ("5.", "'5.' is not a number. Write for example 'x'."),
      ("1.2.3", "'1.2.3' is not a number. Write for example 'x'."),
      ("--1", "'--1' is not a number. Write for example 'x'."),
      ("~80", "'~80' is not a number. Write for example 'x'."),
      ("10-20", "'10-20' is not a number. Write for example 'x'."),
      ("１０", "'１０' is not a number. Write for example 'x'."),
      ("true", "'true' is not a number. Write for example 'x'."),
      (
        "1,000",
        """
        '1,000' has a comma or '_' inside. Write a point before the fraction, and nothing between \
        thousands.
        """
      ),
      (
        "1_000",
        """
        '1_000' has a comma or '_' inside. Write a point before the fraction, and nothing between \
        thousands.
        """
      ),
    ])
  func odd(text: String, fault: String) {
    #expect(words(text, .count) == fault)
  }

  @Test(
    "what is not finite is refused",
    arguments: [".inf", "-.inf", "+.INF", ".nan", "NaN", "inf", "infinity", "1e999", "-1e999"])
  func notFinite(text: String) {
    #expect(words(text, .count) == "'\(text)' is not a finite number. Write one that is.")
  }

  @Test("a bound is in base units, whatever unit is written")
  func bounds() {
    #expect(words("0 GB", .data) == "'0 GB' is out of range. Write a number above 0.")
    #expect(
      words("-1 us", .time, .notNegative) == "'-1 us' is out of range. Write a number 0 or more.")
    #expect(
      words("120 %", .ratio, .fraction) == "'120 %' is out of range. Write a number from 0 to 1.")
    #expect(words("100 %", .ratio, .fraction) == "1.0")
    #expect(words("0", .ratio, .fraction) == "0.0")
    #expect(
      words("0", .ratio, .share) == "'0' is out of range. Write a number above 0 and at most 1.")
    #expect(
      words("0.5", .ratio, .from(1, to: .infinity))
        == "'0.5' is out of range. Write a number 1 or more.")
    #expect(words("1", .ratio, .from(1, to: .infinity)) == "1.0")
  }

  @Test("amounts that only overflow a formula are refused")
  func implausible() {
    #expect(
      words("1e200 GB", .data)
        == "'1e200 GB' cannot be meant as bytes. Check the number and its unit.")
    #expect(
      words("1e-300 TB/s", .bandwidth)
        == "'1e-300 TB/s' cannot be meant as bytes per second. Check the number and its unit.")
    #expect(
      words("1e308 TFLOP/s", .peak) == "'1e308 TFLOP/s' is not a finite number. Write one that is.")
  }

  @Test("no unit stands in two dimensions, but for parameters, which are counted as tokens are")
  func unambiguous() {
    let dimensions = Dimension.allCases.filter { $0 != .parameters }
    // "" and "B" are told apart by what the field wants, as are bytes and billions.
    let shared = ["", "B"]
    let symbols = dimensions.flatMap { $0.units.map(\.symbol) }.filter { !shared.contains($0) }
    #expect(Set(symbols).count == symbols.count)
  }
}

@Suite("An amount of money")
struct MoneyTextTests {
  private func money(_ text: String, per: MoneyText.Per) -> String {
    do throws(CauseError) {
      let money = try MoneyText(text, per: per, example: "x")
      return "\(money.amount) \(money.currency)"
    } catch {
      return error.cause.words
    }
  }

  @Test("a price is told per hour")
  func price() {
    #expect(money("27.5 RMB/h", per: .hour) == "27.5 RMB")
    #expect(money("2.99USD/h", per: .hour) == "2.99 USD")
    #expect(money("48 USD/d", per: .hour) == "2.0 USD")
    #expect(money("0.01 USD/s", per: .hour) == "36.0 USD")
  }

  @Test("an amount may have a multiple")
  func amount() {
    #expect(money("6.35 M RMB", per: .once) == "6350000.0 RMB")
    #expect(money("500 K USD", per: .once) == "500000.0 USD")
    #expect(money("100 RMB", per: .once) == "100.0 RMB")
  }

  @Test(
    "what is no price is refused",
    arguments: [
      "27.5 RMB", "27.5 rmb/h", "27.5 yuan/h", "27.5 RMB/kWh", "27.5 M RMB/h", "27.5",
    ])
  func notAPrice(text: String) {
    #expect(
      money(text, per: .hour) == "'\(text)' is not an amount of money. Write for example 'x'.")
  }

  @Test("a price is above nothing and below all money there is")
  func range() {
    #expect(money("0 RMB/h", per: .hour) == "'0 RMB/h' is out of range. Write a number above 0.")
    #expect(
      money("1e30 RMB/h", per: .hour)
        == "'1e30 RMB/h' cannot be meant. Check the number and its multiple.")
  }
}
