import Glibc

/// Why a sweep's file cannot be gone on with, or its shards not joined.
public struct SweepFileFault: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var reason: String

  public var description: String { "\(path): \(reason)" }
}

/// The file of a sweep, or of a shard of one, while it grows.
///
/// Rows go to `FILE.part`, and after each chunk has reached the disk a line goes to `FILE.journal`. So
/// whatever ends the program, the journal says how much of the rows is whole; the rest is cut off and
/// computed again. A lock on the rows keeps a second process from writing them meanwhile. The finished file
/// takes its name at once; its journal stays, so that shards can be told whole from broken.
public final class SweepFile {
  private let path: String
  private let rows: Int32
  private let notes: Int32
  private var journal: SweepJournal

  /// Chunks that are on disk already.
  public var chunksDone: Int { journal.chunks }
  public var isDone: Bool { journal.isDone }

  /// Opens a file anew, or where it was left.
  ///
  /// - Parameters:
  ///   - identity: What tells this sweep, or this shard of one, from others.
  ///   - resumes: Whether to go on where an earlier run was ended. Without it, a sweep that was begun is
  ///     begun anew.
  public init(
    _ path: String, identity: SweepIdentity, header: [UInt8], resumes: Bool
  ) throws {
    try checkName(path)
    self.path = path
    let identity = identity.word
    var journal = SweepJournal(identity: identity)
    let hasRows = access(path, F_OK) == 0 || access(path + ".part", F_OK) == 0
    if resumes, hasRows, let old = readText(path + ".journal") {
      guard let known = SweepJournal(old) else {
        throw SweepFileFault(
          path: path + ".journal", reason: "is damaged. Leave out '--resume' to begin anew.")
      }
      guard known.identity == identity else {
        throw SweepFileFault(
          path: path,
          reason:
            "was begun with other inputs. Leave out '--resume' to begin anew, or undo the change.")
      }
      journal = known
    }
    let isNew = journal.bytes == 0
    let part = journal.isDone ? path : path + ".part"
    if !isNew, access(part, F_OK) != 0, rename(path, part) != 0 { throw fault(part) }
    try makeFolder(parent(of: path), for: path)
    rows = open(part, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard rows >= 0 else { throw fault(part) }
    guard flock(rows, LOCK_EX | LOCK_NB) == 0 else {
      throw SweepFileFault(
        path: part, reason: "is being written by another sweep. Wait for it, or end it.")
    }
    if isNew {
      guard ftruncate(rows, 0) == 0 else { throw fault(part) }
      try put(header[...], to: rows, for: part)
      _ = journal.line(chunks: 0, bytes: header.count)
    } else {
      guard lseek(rows, 0, SEEK_END) >= journal.bytes else {
        throw SweepFileFault(
          path: part,
          reason: "is shorter than its journal says. Leave out '--resume' to begin anew.")
      }
      guard ftruncate(rows, journal.bytes) == 0, lseek(rows, 0, SEEK_END) >= 0 else {
        throw fault(part)
      }
    }
    try settle(rows, for: part)
    let last = journal.line(chunks: journal.chunks, bytes: journal.bytes, isDone: journal.isDone)
    try write(journal.firstLine + last, to: path + ".journal")
    notes = open(path + ".journal", O_WRONLY | O_APPEND | O_CLOEXEC)
    guard notes >= 0 else { throw fault(path + ".journal") }
    self.journal = journal
  }

  deinit {
    close(rows)
    close(notes)
  }

  /// Adds the lines of the next chunk; when it returns they are on disk.
  public func append(_ lines: [UInt8]) throws {
    try put(lines[...], to: rows, for: path)
    try settle(rows, for: path)
    let line = journal.line(chunks: journal.chunks + 1, bytes: journal.bytes + lines.count)
    try put(Array(line.utf8)[...], to: notes, for: path)
    try settle(notes, for: path)
  }

  /// Gives the finished file its name.
  public func finish() throws {
    guard !journal.isDone else { return }
    guard rename(path + ".part", path) == 0 else { throw fault(path) }
    try settleFolder(parent(of: path), for: path)
    let line = journal.line(chunks: journal.chunks, bytes: journal.bytes, isDone: true)
    try put(Array(line.utf8)[...], to: notes, for: path)
    try settle(notes, for: path)
  }
}

/// Refuses what can be no file of rows: a finished file takes the place of what has its name.
func checkName(_ path: String) throws {
  var status = stat()
  let isThere = stat(path, &status) == 0
  let isOther = isThere && status.st_mode & S_IFMT != S_IFREG
  if path.isEmpty || path.hasSuffix("/") || isOther {
    throw SweepFileFault(
      path: path.isEmpty ? "--output" : path,
      reason: "is no file of rows. Name a file, such as 'mine.csv'.")
  }
}

/// The text of a small file, or nil where there is none.
func readText(_ path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
    bytes += buffer[..<count]
  }
}
