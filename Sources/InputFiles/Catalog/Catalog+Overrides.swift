extension Catalog {
  /// The same project with other values in place of some that its files hold, as if they were written
  /// there: a sweep and a draw of uncertain inputs read a scenario through such a catalog.
  ///
  /// Files that no override names are shared with this catalog and not read again. Overrides of this
  /// catalog itself do not carry over.
  ///
  /// - Throws: A fault for each override of what is no input file of the project. What is wrong with a
  ///   key or a value is told by the reader of its file, when that is read.
  public func overriding(_ overrides: [Override]) throws(Faults) -> Catalog {
    let strange = overrides.map(\.field).filter { !isInput($0.file) }
    guard strange.isEmpty else {
      throw Faults(strange.map { Fault(.file(.notAnInput), at: Place(file: $0.file, key: $0.key)) })
    }
    return Catalog(self, overrides: overrides)
  }

  /// Whether a path relative to the root is that of an input file. A scenario may stand elsewhere, or
  /// in no file.
  private func isInput(_ file: String) -> Bool {
    guard let kind = kindByFolder(file), folder(of: file) == kind.folder else { return false }
    return kind == .scenario || ids(of: kind).contains(fileID(file))
  }
}

extension Catalog {
  /// The same project with another plan in a scenario, which may stand anywhere.
  ///
  /// - Parameter plan: As it would stand in the file.
  public func overriding(plan: String, ofScenario path: String) throws(Faults) -> Catalog {
    let address = FieldAddress("plan", inScenario: fileID(path))
    return try overriding([Override(address, plan)])
  }
}
