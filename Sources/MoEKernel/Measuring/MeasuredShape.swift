public import Workload

/// What is measured at one point of a plan: a part of a model, and its shape.
///
/// Sizes that a part does not have are 0.
public struct MeasuredShape: Hashable, Sendable {
  public enum Part: String, CaseIterable, Sendable {
    /// One linear layer of hidden × width: its three products.
    case product
    /// The part of a decoder layer with experts.
    case experts
    case attention
    /// Final norm, output projection and loss.
    case head
    /// A whole optimizer step of a small decoder.
    case step
  }

  public var part: Part
  /// Sequences, and tokens of each.
  public var batch = 1
  public var sequenceLength: Int
  public var hidden: Int
  public var heads = 0
  public var keyValueHeads = 0
  public var headWidth = 0
  public var experts = 0
  public var topK = 0
  /// The inner width of one expert; of a product, the columns of its result.
  public var width = 0
  public var sharedWidth = 0
  public var vocabulary = 0
  public var layers = 0

  public init(_ part: Part, sequenceLength: Int, hidden: Int) {
    self.part = part
    self.sequenceLength = sequenceLength
    self.hidden = hidden
  }

  public var tokens: Int { batch * sequenceLength }

  /// A name that no other shape has.
  public var key: String {
    let sizes = [
      batch, sequenceLength, hidden, heads, keyValueHeads, headWidth, experts, topK, width,
      sharedWidth, vocabulary, layers,
    ]
    return ([part.rawValue] + sizes.map { String($0) }).joined(separator: "-")
  }

  /// The model that the part belongs to.
  public var model: ModelArchitecture {
    let attention = GroupedQueryAttention(
      heads: max(1, heads), keyValueHeads: max(1, keyValueHeads), headWidth: max(2, headWidth))
    return ModelArchitecture(
      id: key, name: key, layers: max(1, layers), hidden: hidden, vocabulary: max(1, vocabulary),
      tiedEmbeddings: false, attention: .grouped(attention),
      feedForward: FeedForward(width: max(1, width), gated: true),
      experts: experts == 0
        ? nil
        : ExpertLayer(count: experts, topK: topK, width: width, sharedWidth: sharedWidth))
  }
}
