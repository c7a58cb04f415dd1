/// A name that stands in a file for another file or a fleet, and where it stands.
public struct Reference: Sendable {
  public var name: String
  public var place: Place

  /// - Parameter place: Where a fault of the name is told: in a file, or on the command line.
  public init(_ name: String, at place: Place) {
    self.name = name
    self.place = place
  }
}

extension Form where Value == Reference {
  /// A name of which the reader decides what it stands for.
  static var word: Form {
    .single(Reference("", at: Place(file: ""))) { text, _, spot in
      Reference(text, at: spot.place)
    }
  }

  /// The name of a file of a kind.
  static func reference(to kind: FileKind) -> Form {
    let word = Form.word
    return Form(substitute: word.substitute) { node, spot in
      let reference = word.read(node, spot)
      if let reference { spot.reading.mention(kind, reference) }
      return reference
    }
  }
}

extension Form where Value == [String] {
  /// The names of several files of a kind.
  static func names(of kind: FileKind) -> Form {
    Form<[Reference]>.list(.reference(to: kind)).map { $0.map(\.name) }
  }
}
