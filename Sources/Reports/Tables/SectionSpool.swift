import Glibc

/// Text of several sections that comes in turns, kept on disk until each section can follow the one before.
///
/// The pieces lie in a file without a name, which is gone with the process. Memory holds one piece of each
/// section, and where the others are.
///
/// A class, because it owns that file. One task writes to it.
final class SectionSpool {
  private struct Section {
    var waiting: [UInt8] = []
    var pieces: [(offset: Int, count: Int)] = []
  }

  private let path: String
  private let descriptor: Int32
  private var sections: [Section]
  private var size = 0
  /// The first fault. Nothing is kept after it, and `write` tells it.
  private var fault: WriteFault?

  private static let piece = 1 << 14

  /// - Parameter path: The file that the sections are meant for; they wait in its folder.
  init(sections: Int, for path: String) throws(WriteFault) {
    self.path = path
    self.sections = Array(repeating: Section(), count: sections)
    try makeFolder(parent(of: path), for: path)
    let name = "\(parent(of: path))/.spool.\(getpid()).\(UInt64.random(in: .min ... .max)).tmp"
    descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Reports.fault(path) }
    unlink(name)
  }

  deinit { close(descriptor) }

  func append(_ text: String, to section: Int) {
    sections[section].waiting += text.utf8
    if sections[section].waiting.count >= Self.piece { putAway(section) }
  }

  private func putAway(_ section: Int) {
    let bytes = sections[section].waiting
    sections[section].waiting.removeAll(keepingCapacity: true)
    do throws(WriteFault) {
      if fault == nil { try put(bytes[...], to: descriptor, for: path) }
    } catch {
      fault = error
    }
    sections[section].pieces.append((size, bytes.count))
    size += bytes.count
  }

  /// Writes the sections one after the other.
  func write(to file: WholeFile) throws(WriteFault) {
    if let fault { throw fault }
    for section in sections {
      for piece in section.pieces { file.append(try read(piece)) }
      file.append(section.waiting)
    }
  }

  private func read(_ piece: (offset: Int, count: Int)) throws(WriteFault) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: piece.count)
    var done = 0
    while done < piece.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(
          descriptor, $0.baseAddress.map { $0 + done }, piece.count - done,
          off_t(piece.offset + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Reports.fault(path) }
      done += count
    }
    return bytes
  }
}
