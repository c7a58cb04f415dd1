import Foundation

@testable import InputFiles

/// The catalog of the files that this repository ships.
func shippedCatalog() throws -> Catalog {
  let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  return try Catalog(root: root.path)
}
