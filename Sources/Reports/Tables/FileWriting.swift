import Glibc

/// A file that could not be written, and the system's reason.
public struct WriteFault: Error, Hashable, Sendable, CustomStringConvertible {
  public var path: String
  public var reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String {
    "\(path): cannot be written: \(reason). Name a folder that you may write to, with room left."
  }
}

/// Writes a whole file or nothing: readers see the old text or the new one, never a part.
public func write(_ text: String, to path: String) throws(WriteFault) {
  let file = try WholeFile(path)
  file.append(text)
  try file.finish()
}

/// Writes all of some bytes where a descriptor stands.
func put(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, for path: String) throws(WriteFault) {
  var rest = bytes
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if written < 0, errno == EINTR { continue }
    guard written > 0 else { throw fault(path) }
    rest = rest.dropFirst(written)
  }
}

/// Waits until what was written is on disk.
func settle(_ descriptor: Int32, for path: String) throws(WriteFault) {
  guard fsync(descriptor) == 0 else { throw fault(path) }
}

/// Waits until the names in a folder are on disk.
func settleFolder(_ folder: String, for path: String) throws(WriteFault) {
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw fault(path) }
  defer { close(descriptor) }
  try settle(descriptor, for: path)
}

/// The folder of a path, `.` where the path names none.
func parent(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

func makeFolder(_ folder: String, for path: String) throws(WriteFault) {
  if mkdir(folder, 0o777) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, folder.contains("/") else { throw fault(path) }
  try makeFolder(parent(of: folder), for: path)
  guard mkdir(folder, 0o777) == 0 || errno == EEXIST else { throw fault(path) }
}

func fault(_ path: String) -> WriteFault {
  WriteFault(path: path, reason: String(cString: strerror(errno)))
}
