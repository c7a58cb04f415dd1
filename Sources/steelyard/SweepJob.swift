import Glibc
import InputFiles
import Planner
import Reports
import TrainingRun

/// One sweep, answered shard by shard on the cores of this machine.
struct SweepJob {
  let path: String
  let chunks: Int
  private let identity: String
  private let runner: SweepRunner
  private let text: SweepText

  /// - Parameter path: The file of the whole sweep.
  init(_ question: SweepQuestion, path: String) throws {
    self.path = path
    identity = question.identity
    runner = try SweepRunner(question.sweep, read: question.read)
    text = SweepText(runner, currency: question.currency)
    chunks = runner.chunks
  }

  /// Writes the file of a shard.
  func answer(_ shard: SweepShard, resumes: Bool, threads: Int, quiet: Bool) async throws {
    let path = shard.path(of: path)
    let chunks = shard.chunks(of: chunks)
    let file = try SweepFile(
      path, identity: SweepIdentity(question: identity, shard: shard, chunks: self.chunks),
      header: text.header, resumes: resumes)
    let writer = SweepWriter(file)
    let start = chunks.lowerBound + file.chunksDone
    var progress = SweepProgress(
      rows: start < chunks.upperBound
        ? runner.rows(inChunk: start)
          .lowerBound..<runner.rows(inChunk: chunks.upperBound - 1).upperBound
        : 0..<0,
      shows: !quiet && isatty(STDERR_FILENO) == 1)
    if start < chunks.upperBound {
      try await forEachInOrder(start..<chunks.upperBound, threads: threads) { chunk in
        (rows: runner.rows(inChunk: chunk).count, lines: try text.lines(ofChunk: chunk))
      } body: { answer in
        try await writer.append(answer.lines)
        progress.add(answer.rows)
      }
    }
    try await writer.finish()
    progress.end()
    if !quiet { complain("Sweep: \(path)") }
  }
}

/// How far a sweep has come, on a terminal: rows, rate and time left on one line.
struct SweepProgress {
  private let rows: Range<Int>
  private let shows: Bool
  private let start = ContinuousClock.now
  private var done = 0

  init(rows: Range<Int>, shows: Bool) {
    self.rows = rows
    self.shows = shows
  }

  mutating func add(_ more: Int) {
    done += more
    guard shows else { return }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let rate = Double(done) / max(seconds, 1e-9)
    let left = Double(rows.count - done) / max(rate, 1e-9)
    let percent = fixed(100 * Double(done) / Double(max(1, rows.count)), decimals: 1)
    tell(
      "\r\(done) of \(rows.count) rows, \(percent) %, \(Int(rate)) a second, \(Int(left)) s left  ")
  }

  func end() { if shows && done > 0 { tell("\n") } }

  private func tell(_ text: String) {
    _ = text.withCString { Glibc.write(STDERR_FILENO, $0, strlen($0)) }
  }
}
