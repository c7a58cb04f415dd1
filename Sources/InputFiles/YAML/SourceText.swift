import Foundation
import Glibc

/// The most bytes that an input file may have. The largest real ones have a few ten thousand.
let fileSizeLimit = 1 << 20

/// Returns the bytes of an ordinary file of UTF-8 text, or the cause why it is none.
///
/// The kind and size are asked before the file is opened, so that a pipe does not block the program
/// and a device does not fill its memory.
func readText(at path: String) -> Result<[UInt8], CauseError> {
  var status = stat()
  guard stat(path, &status) == 0 else {
    return .failure(CauseError(fileError(errno, path: path)))
  }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: return .failure(CauseError(.file(.folder)))
  default: return .failure(CauseError(.file(.notOrdinary)))
  }
  if status.st_size > fileSizeLimit {
    return .failure(CauseError(.file(.tooLarge(bytes: Int(status.st_size), limit: fileSizeLimit))))
  }
  guard let file = fopen(path, "rb") else {
    return .failure(CauseError(fileError(errno, path: path)))
  }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: fileSizeLimit + 1)
  let count = fread(&bytes, 1, bytes.count, file)
  if ferror(file) != 0 { return .failure(CauseError(fileError(errno, path: path))) }
  if count > fileSizeLimit {
    return .failure(CauseError(.file(.tooLarge(bytes: count, limit: fileSizeLimit))))
  }
  return .success(Array(bytes.prefix(count)))
}

/// A cause on its way to the place that knows the file's name.
struct CauseError: Error {
  var cause: Cause
  var line: Int
  var key: String

  init(_ cause: Cause, line: Int = 0, key: String = "") {
    self.cause = cause
    self.line = line
    self.key = key
  }
}

private func fileError(_ code: Int32, path: String) -> Cause {
  guard code == ENOENT || code == ENOTDIR else {
    return .file(.unreadable(reason: String(cString: strerror(code))))
  }
  let url = URL(fileURLWithPath: path)
  let folder = String(path.dropLast(url.lastPathComponent.count))
  let siblings =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder))
  let close = nearest(
    to: url.lastPathComponent,
    among: (siblings ?? []).sorted().filter { $0.hasSuffix(".yaml") })
  return .file(.missing(nearest: close.map { folder + $0 }))
}
