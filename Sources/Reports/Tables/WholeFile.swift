import Glibc

/// A file that is written piece by piece and takes its name when it is whole: readers see the old text or
/// the new one, never a part.
///
/// The text goes to a file of another name in the same folder, reaches the disk, and then takes the name.
/// Missing folders on the way are made. What is not finished leaves nothing behind.
///
/// A class, because it owns that file. One task writes to it.
final class WholeFile {
  let path: String
  private let temporary: String
  private let descriptor: Int32
  private var isOpen = true
  private var waiting: [UInt8] = []
  /// The first fault. Nothing is written after it, and `finish` tells it.
  private var fault: WriteFault?

  private static let piece = 1 << 16

  init(_ path: String) throws(WriteFault) {
    self.path = path
    guard isFree(path) else {
      throw WriteFault(path: path, reason: "a device, pipe or socket of that name stands there")
    }
    let folder = parent(of: path)
    try makeFolder(folder, for: path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let tag = String(UInt64.random(in: .min ... .max), radix: 36)
    temporary = "\(folder)/.\(name).\(getpid()).\(tag).tmp"
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Reports.fault(path) }
  }

  deinit {
    guard isOpen else { return }
    close(descriptor)
    unlink(temporary)
  }

  func append(_ text: String) { append(text.utf8) }

  func append(_ bytes: some Collection<UInt8>) {
    guard fault == nil else { return }
    waiting.append(contentsOf: bytes)
    if waiting.count >= Self.piece { writeWaiting() }
  }

  /// Gives the file its name.
  func finish() throws(WriteFault) {
    writeWaiting()
    if let fault { throw fault }
    try settle(descriptor, for: path)
    isOpen = false
    guard close(descriptor) == 0, rename(temporary, path) == 0 else {
      let fault = Reports.fault(path)
      unlink(temporary)
      throw fault
    }
  }

  private func writeWaiting() {
    do throws(WriteFault) {
      if fault == nil { try put(waiting[...], to: descriptor, for: path) }
    } catch {
      fault = error
    }
    waiting.removeAll(keepingCapacity: true)
  }
}

/// Whether a file may take a name: a file or nothing stands there. A folder refuses by itself.
private func isFree(_ path: String) -> Bool {
  var status = stat()
  guard stat(path, &status) == 0 else { return true }
  let kind = status.st_mode & S_IFMT
  return kind == S_IFREG || kind == S_IFDIR
}
