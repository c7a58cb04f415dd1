import Dispatch

/// Writes the chunks of a sweep on a thread of its own, so that no core that computes waits for the disk.
///
/// Sendable, because the file is touched on that thread only.
public final class SweepWriter: @unchecked Sendable {
  private let file: SweepFile
  private let thread = DispatchQueue(label: "sweep writer")
  private var fault: (any Error)?

  public init(_ file: SweepFile) { self.file = file }

  /// Hands over the lines of the next chunk, and returns when those before them are on disk: one chunk
  /// waits at a time.
  public func append(_ lines: [UInt8]) async throws {
    try await onThread { [self] in
      thread.async { [self] in
        guard fault == nil else { return }
        do { try file.append(lines) } catch { fault = error }
      }
    }
  }

  /// Gives the file its name when all is on disk.
  public func finish() async throws { try await onThread { [self] in try file.finish() } }

  /// Does something after what was handed over before.
  private func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { turn in
      thread.async { [self] in
        turn.resume(
          with: Result {
            if let fault { throw fault }
            try body()
          })
      }
    }
  }
}
