import Foundation

/// Returns the project's root: the folder that holds `hardware-profiles` and `scenarios`.
///
/// It is the one the user named, or else the first of the scenario's ancestors that is one, or else
/// the first of the current folder's. The path is written as the scenario's was, so that messages
/// show paths as the user gave them; the current folder is written as nothing.
func projectRoot(named root: String?, scenario: String?) throws(Faults) -> String {
  if let root {
    guard isRoot(root) else {
      throw Faults([Fault(.file(.notARoot), at: Place(file: root))])
    }
    return root
  }
  var searched: [String] = []
  for start in [scenario.map(folder(of:)), ""].compactMap(\.self) {
    for folder in ancestors(of: start) {
      if isRoot(folder) { return folder }
      let name = folder.isEmpty ? "." : folder
      if !searched.contains(name) { searched.append(name) }
    }
  }
  let place = Place(file: scenario ?? ".")
  if let scenario, case .failure(let error) = readText(at: scenario) {
    throw Faults([Fault(error.cause, at: place)])
  }
  throw Faults([Fault(.file(.noRoot(searched: searched)), at: place)])
}

private func isRoot(_ folder: String) -> Bool {
  ["hardware-profiles", "scenarios"].allSatisfy { name in
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(
      atPath: inFolder(folder, name), isDirectory: &isFolder)
    return exists && isFolder.boolValue
  }
}

/// The folder of a file: `a/b` of `a/b/c.yaml`, nothing of `c.yaml`.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "" }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// A folder and the ones above it, as far as the file system's root.
func ancestors(of folder: String) -> [String] {
  let absolute = URL(fileURLWithPath: folder.isEmpty ? "." : folder).standardizedFileURL
  let depth = absolute.pathComponents.count
  var folders = [folder]
  while folders.count < depth, let last = folders.last {
    folders.append(parent(of: last))
  }
  return folders
}

private func parent(of folder: String) -> String {
  let name = folder.split(separator: "/").last.map(String.init)
  switch name {
  case nil where folder.isEmpty: return ".."
  case nil: return "/"
  case "..": return folder + "/.."
  case ".": return folder == "." ? ".." : folder + "/.."
  default:
    guard let slash = folder.lastIndex(of: "/") else { return "" }
    return slash == folder.startIndex ? "/" : String(folder[..<slash])
  }
}
