import CSV
import Foundation
import MoEKernel
import Testing
import Units

@testable import Calibration

@Suite("Tables of measured parts")
struct HostTimeTests {
  private static let header = HostTime.columns.joined(separator: ",")
  private static let row = "host-2,experts,forward,1,512,256,0,0,0,8,2,192,0,0,0,1500.5"
  private static let table = "\(header)\n\(row)\n"

  private func complaint(_ bytes: Data) throws -> String {
    try withFile(bytes: bytes) { path in
      do {
        _ = try HostTime.read(path)
        return ""
      } catch { return "\(error)".replacing(path, with: "parts.csv") }
    }
  }

  private func complaint(_ text: String) throws -> String { try complaint(Data(text.utf8)) }

  @Test("a row is a shape, a pass and a time")
  func reads() throws {
    let times = try withFile(Self.table) { try HostTime.read($0) }
    let time = try #require(times.first)
    #expect(times.count == 1 && time.device == "host-2" && time.pass == .forward)
    #expect(time.shape.key == "experts-1-512-256-0-0-0-8-2-192-0-0-0")
    #expect(abs(time.time / .microsecond - 1500.5) < 1e-9)
  }

  @Test("CRLF, a byte order mark and a missing last line break change nothing")
  func surface() throws {
    let text = "\u{FEFF}" + Self.table.replacing("\n", with: "\r\n").dropLast(2)
    let times = try withFile(text) { try HostTime.read($0) }
    #expect(times.map(\.shape.experts) == [8])
  }

  @Test(
    "what is wrong is told with its row and column",
    arguments: [
      (",time_us", ",time_ms", "parts.csv:1: time_us: the column is missing."),
      ("1500.5", "1500.5 us", "parts.csv:2: time_us: '1500.5 us' is not a finite number."),
      ("1500.5", "-3", "parts.csv:2: time_us: '-3' is not a plausible number above 0."),
      ("1500.5", "nan", "parts.csv:2: time_us: 'nan' is not a finite number."),
      ("1500.5", "", "parts.csv:2: time_us: the value is empty."),
      (",512,", ",many,", "parts.csv:2: sequence_length: 'many' is not a whole number."),
      (",512,", ",0,", "parts.csv:2: sequence_length: '0' is not a plausible number above 0."),
      (",8,2,", ",99999999999,2,", "parts.csv:2: experts: '99999999999' is not a plausible number"),
      (
        "host-2,experts,", "host-2,expert,",
        "parts.csv:2: part: 'expert' is none of 'product', 'experts',"
      ),
      (",forward,", ",sideways,", "parts.csv:2: pass: 'sideways' is none of 'forward',"),
      ("host-2", "\"host-2", "parts.csv:2: a quoted field of this row never ends."),
      ("host-2", "host\0", "parts.csv:2: the text holds a NUL byte."),
      ("1500.5", "1500.5,7", "parts.csv:2: the row has 17 fields, but the header has 16."),
    ])
  func faults(good: String, bad: String, words: String) throws {
    let broken = Self.table.replacing(good, with: bad)
    #expect(broken != Self.table)
    let complaint = try complaint(broken)
    #expect(complaint.hasPrefix(words), "\(complaint)")
  }

  @Test("bytes that are no text are told")
  func noText() throws {
    let bytes = Data(Self.table.utf8) + Data([0xFF, 0xFE, 0x2C, 0x0A])
    #expect(
      try complaint(bytes)
        == "parts.csv:3: the text is not valid UTF-8. Save the file as UTF-8 text.")
  }

  @Test("a million rows are read, and the one bad row among them is found")
  func million() throws {
    let good = Array("ideal,bf16,64,64,64,5\n".utf8)
    var bytes = Array("device,precision,m,n,k,time_us\n".utf8)
    bytes.reserveCapacity(good.count * 1_000_001)
    for _ in 0..<999_999 { bytes += good }
    bytes += Array("ideal,bf16,64,64,x,5\n".utf8)
    var rows = 0
    var words = ""
    do {
      try CSVReader(bytes: bytes, name: "gemm.csv", required: KernelTable.matrix.columns)
        .forEachRow { row in
          rows += 1
          if rows % 1000 == 0 { _ = try KernelTable.matrix.read(row) }
        }
    } catch { words = "\(error)" }
    #expect(rows == 1_000_000)
    #expect(
      words == "gemm.csv:1000001: k: 'x' is not a finite number. Write one such as 12.5 or 3e6.")
  }
}
