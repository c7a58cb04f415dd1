public import Workload

/// Models small enough to count by hand.
public enum SmallModels {
  /// 4 layers of hidden size 1,024, 8 heads, plain feed-forward of 4,096, 1,000 words.
  public static let dense = ModelArchitecture(
    id: "small-dense", name: "Small dense", layers: 4, hidden: 1024, vocabulary: 1000,
    tiedEmbeddings: false,
    attention: .grouped(GroupedQueryAttention(heads: 8, keyValueHeads: 8, headWidth: 128)),
    feedForward: FeedForward(width: 4096, gated: false), experts: nil)

  /// The same with 16 experts of 512 in each layer, two a token.
  public static let experts = ModelArchitecture(
    id: "small-experts", name: "Small experts", layers: 4, hidden: 1024, vocabulary: 1000,
    tiedEmbeddings: false,
    attention: .grouped(GroupedQueryAttention(heads: 8, keyValueHeads: 8, headWidth: 128)),
    feedForward: FeedForward(width: 4096, gated: true),
    experts: ExpertLayer(count: 16, topK: 2, width: 512))
}
