import Foundation

/// A line on the terminal that tells how far long work has come; nothing in a pipe.
struct ProgressLine {
  private let total: Int
  private let shows: Bool
  private let start = Date()

  init(total: Int, quiet: Bool) {
    self.total = total
    shows = !quiet && isatty(STDERR_FILENO) == 1
  }

  /// Tells that so many steps are done, and what comes next.
  func show(done: Int, next: String) {
    guard shows, total > 0 else { return }
    let width = 24
    let filled = width * done / total
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
    write("\r\u{1B}[K[\(bar)] \(done) of \(total)\(timeLeft(done)), \(next)")
  }

  /// Clears the line.
  func end() {
    if shows { write("\r\u{1B}[K") }
  }

  private func timeLeft(_ done: Int) -> String {
    guard done > 0 else { return "" }
    let each = Date().timeIntervalSince(start) / Double(done)
    return ", \(Int((each * Double(total - done)).rounded(.up))) s left"
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
