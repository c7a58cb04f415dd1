/// What is wrong with a file before anything in it is looked at.
public enum FileCause: Hashable, Sendable {
  case missing(nearest: String?)
  case folder
  case notOrdinary
  case unreadable(reason: String)
  case tooLarge(bytes: Int, limit: Int)
  case notText(byte: UInt8)
  case notUTF8
  case empty(kind: FileKind, required: [String])
  case noRoot(searched: [String])
  case notARoot
  case unknownKind
  /// An override names something else than an input file of the project.
  case notAnInput

  var words: String {
    switch self {
    case .missing(let nearest?): "no such file. Did you mean \(quoted(nearest))?"
    case .missing(nil): "no such file. Check the path."
    case .folder: "is a folder. Name a file in it."
    case .notOrdinary: "is not an ordinary file. Name a file of text."
    case .unreadable(let reason): "cannot be read: \(reason). Check who may read it."
    case .tooLarge(let bytes, let limit):
      "has \(bytes) bytes, and an input file has \(limit) at most. Is it the right file?"
    case .notText(let byte):
      "is not text: it holds the byte \(byte). Save it as UTF-8 text."
    case .notUTF8: "is not UTF-8 text. Save it as UTF-8."
    case .empty(let kind, let required):
      "is empty. A \(kind.words) needs the keys \(listed(required))."
    case .noRoot(let searched):
      """
      found no folder that holds 'hardware-profiles' and 'scenarios', looking in \
      \(listed(searched)). Name it with '--root'.
      """
    case .notARoot:
      """
      does not hold the folders 'hardware-profiles' and 'scenarios'. Name the folder that does \
      with '--root'.
      """
    case .notAnInput:
      """
      is no input file of this project. Name one from its root, such as \
      'hardware-profiles/prices/ling-report.yaml'.
      """
    case .unknownKind:
      """
      no kind of input file has these keys, or stands in this folder. Put it where its kind \
      stands, such as 'scenarios' or 'hardware-profiles/devices'.
      """
    }
  }
}
