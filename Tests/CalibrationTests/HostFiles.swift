import Foundation

/// Runs a closure with a file that holds a text, then removes the file.
func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
  try withFile(bytes: Data(text.utf8), body)
}

func withFile<Result>(bytes: Data, _ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "host-\(UUID().uuidString).csv"
  try bytes.write(to: URL(fileURLWithPath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
