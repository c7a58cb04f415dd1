import Foundation
import Testing

@testable import Reports

@Suite("The file of a sweep")
struct SweepFileTests {
  let path = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)/sweep.csv"

  static let identity = SweepIdentity(question: "a", chunks: 5)

  private func chunk(_ number: Int) -> [UInt8] { Array("row \(number)\nrow \(number)b\n".utf8) }

  private func run(_ chunks: Range<Int>, resumes: Bool, finishes: Bool) throws {
    let file = try SweepFile(
      path, identity: Self.identity, header: Array("head\n".utf8), resumes: resumes)
    for number in max(chunks.lowerBound, file.chunksDone)..<chunks.upperBound {
      try file.append(chunk(number))
    }
    if finishes { try file.finish() }
  }

  private var text: String? { try? String(contentsOfFile: path, encoding: .utf8) }
  private var whole: String {
    "head\n" + (0..<5).map { String(decoding: chunk($0), as: UTF8.self) }.joined()
  }

  /// Spoils what a sudden end may leave behind the last line of the journal.
  private func append(_ bytes: String, to path: String) throws {
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(bytes.utf8))
    try file.close()
  }

  @Test("ended after any chunk, in the middle of the next, it becomes what an unbroken run writes")
  func resumed() throws {
    for end in 0..<5 {
      try run(0..<end, resumes: false, finishes: false)
      try append("half a ro", to: path + ".part")
      try append("chunk 9 99", to: path + ".journal")
      #expect(text == nil)
      try run(0..<5, resumes: true, finishes: true)
      #expect(text == whole)
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test("ended between its name and its last note, it is whole all the same")
  func renamed() throws {
    try run(0..<5, resumes: false, finishes: false)
    try FileManager.default.moveItem(atPath: path + ".part", toPath: path)
    try run(0..<5, resumes: true, finishes: true)
    #expect(text == whole)
    try run(0..<5, resumes: true, finishes: true)
    #expect(text == whole)
  }

  @Test("while one writes it, a second is refused and spoils nothing")
  func twoWriters() throws {
    let first = try SweepFile(
      path, identity: Self.identity, header: Array("head\n".utf8), resumes: false)
    try first.append(chunk(0))
    for resumes in [true, false] {
      #expect(throws: SweepFileFault.self) {
        try run(0..<5, resumes: resumes, finishes: true)
      }
    }
    for number in 1..<5 { try first.append(chunk(number)) }
    try first.finish()
    #expect(text == whole)
  }

  @Test("a sweep of other inputs is not gone on with")
  func otherInputs() throws {
    try run(0..<2, resumes: false, finishes: false)
    #expect(throws: SweepFileFault.self) {
      let other = SweepIdentity(question: "b", chunks: 5)
      _ = try SweepFile(path, identity: other, header: [], resumes: true)
    }
  }

  @Test("shards share out all chunks, and join to the bytes of the whole")
  func merged() throws {
    let shards = try (1...3).map { try #require(SweepShard($0, of: 3)) }
    #expect(shards.flatMap { Array($0.chunks(of: 5)) } == Array(0..<5))
    #expect(SweepShard(4, of: 3) == nil && SweepShard(0, of: 3) == nil)
    for shard in shards {
      let file = try SweepFile(
        shard.path(of: path), identity: SweepIdentity(question: "a", shard: shard, chunks: 5),
        header: Array("head\n".utf8), resumes: false)
      for number in shard.chunks(of: 5) { try file.append(chunk(number)) }
      if shard.number == 2 {
        #expect(throws: SweepFileFault.self) { try mergeShards(into: path, count: 3) }
      }
      try file.finish()
    }
    #expect(try mergeShards(into: path, count: 3) == whole.utf8.count)
    #expect(text == whole)
    // The second shard's rows in the place of the third's.
    for end in ["", ".journal"] {
      let third = shards[2].path(of: path) + end
      try FileManager.default.removeItem(atPath: third)
      try FileManager.default.copyItem(atPath: shards[1].path(of: path) + end, toPath: third)
    }
    #expect(throws: SweepFileFault.self) { try mergeShards(into: path, count: 3) }
  }

  @Test("rows that are away are computed again, and a name of no file of rows is refused")
  func names() throws {
    try run(0..<5, resumes: false, finishes: true)
    try FileManager.default.removeItem(atPath: path)
    try run(0..<5, resumes: true, finishes: true)
    #expect(text == whole)
    for name in ["/dev/null", "", parent(of: path), path + "/"] {
      #expect(throws: SweepFileFault.self) {
        try SweepFile(name, identity: Self.identity, header: [], resumes: false)
      }
    }
  }

  @Test("numbers written without strings are those written with them")
  func decimals() {
    let numbers = [
      0, -0.0, 1, -1, 0.5, 1.5, 2.5, 0.005, 0.015, 1.005, 123_456.789_5, 1e14, 1e18, -0.004,
      9.9999, 99.995, 1.0 / 3, 2.0 / 3,
    ]
    for number in numbers {
      for decimals in [0, 2, 4] {
        let line = LineBuffer(capacity: LineBuffer.longestNumber)
        line.put(fixed: number, decimals: decimals)
        var bytes: [UInt8] = []
        line.append(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == fixed(number, decimals: decimals))
      }
    }
  }
}
