import Glibc

/// Where the bytes of a table come from. A UTF-8 byte order mark at the start is left out.
enum ByteSource {
  case path(String)
  case bytes([UInt8])

  /// Calls a closure with one piece after another until it returns false.
  func forEachPiece(
    name: String, _ body: (UnsafeRawBufferPointer) -> Bool
  ) throws(CSVFault) {
    switch self {
    case .bytes(let bytes):
      bytes.withUnsafeBytes { _ = body(withoutMark($0)) }
    case .path(let path):
      try readFile(path, name: name, body)
    }
  }
}

private func readFile(
  _ path: String, name: String, _ body: (UnsafeRawBufferPointer) -> Bool
) throws(CSVFault) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw refusal(name) }
  defer { close(descriptor) }
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
  defer { buffer.deallocate() }
  var isFirst = true
  while true {
    let count = try fill(buffer, from: descriptor, name: name)
    if count == 0 { return }
    let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    guard body(isFirst ? withoutMark(piece) : piece) else { return }
    isFirst = false
  }
}

/// Reads until the buffer is full or the file ends, so that a slow pipe cannot split the mark.
private func fill(
  _ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32, name: String
) throws(CSVFault) -> Int {
  var filled = 0
  while filled < buffer.count {
    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
    let count = read(descriptor, rest.baseAddress, rest.count)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw refusal(name) }
    if count == 0 { break }
    filled += count
  }
  return filled
}

private func refusal(_ name: String) -> CSVFault {
  CSVFault(file: name, cause: .unreadable(String(cString: strerror(errno))))
}

private func withoutMark(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
  return bytes.starts(with: mark) ? UnsafeRawBufferPointer(rebasing: bytes[3...]) : bytes
}
