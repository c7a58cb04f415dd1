/// Which blocks of ranks are alike, and which of the links that they share.
///
/// Blocks are alike whose ranks have the same links of their own and hang on alike shared links; shared links
/// are alike that have the same speed and serve as many ranks of each kind. Both are told apart in turns until
/// nothing more differs (colour refinement). Then every rank of a kind shares its link with as many of each
/// other kind as any other of them, so that what one of them waits for, all do.
struct LinkClasses {
  /// A link that stands for all that are alike.
  struct Link: Hashable {
    /// What it carries ÷ what one rank sends over it that no other is in the way of.
    var width: Double
    /// What is left of it.
    var speed: Double
  }

  /// How a kind of ranks uses such a link.
  struct Use: Hashable {
    var link: Int
    /// The ranks of the kind that one link serves.
    var ranks: Int
  }

  /// The ranks of a stage, from the first to the last, in blocks of `size`.
  struct Layout {
    var stages: Int
    var stageRanks: Int
    var size: Int

    var blocks: Int { stageRanks / size }
    var ranks: Int { stages * stageRanks }

    func rank(stage: Int, block: Int, place: Int) -> Int {
      stage * stageRanks + block * size + place
    }
  }

  private let layout: Layout
  private let levels: [SharedLevel]
  /// By block, whether its ranks are told apart.
  private let apart: [Bool]
  /// By block, its kind.
  private(set) var kinds: [Int]
  private(set) var links: [Link] = []
  /// By level and link, the place of the one in `links` that stands for it.
  private var classes: [[Int: Int]] = []
  /// By place in `links`: how many ranks of each kind one link serves.
  private var served: [[Int: Int]] = []

  /// - Parameters:
  ///   - kinds: By block, what tells it apart from others on its own.
  ///   - apart: By block, whether its ranks are told apart.
  init(_ layout: Layout, kinds: [Int], apart: [Bool], levels: [SharedLevel]) {
    self.layout = layout
    self.levels = levels
    self.apart = apart
    self.kinds = kinds
    guard !levels.isEmpty else { return }
    var known = 0
    repeat {
      known = Set(self.kinds).count
      sortLinks()
      sortBlocks()
    } while Set(self.kinds).count > known
    sortLinks()
  }

  /// Whether ranks of a block that are not told apart all use alike links.
  var isSound: Bool {
    (0..<layout.blocks).allSatisfy { block in
      apart[block]
        || (0..<layout.stages).allSatisfy { stage in
          links(stage: stage, block: block).allSatisfy { Set($0).count <= 1 }
        }
    }
  }

  /// The shared links that a rank uses.
  func uses(_ rank: Int) -> [Use] {
    let kind = kind(ofRank: rank)
    return levels.indices.compactMap { level in
      link(level, rank).map { Use(link: $0, ranks: served[$0][kind] ?? 0) }
    }
  }

  private func link(_ level: Int, _ rank: Int) -> Int? {
    levels[level].link(of: rank).flatMap { classes[level][$0] }
  }

  /// By level, the links of a block's ranks on a stage; -1 for none.
  private func links(stage: Int, block: Int) -> [[Int]] {
    levels.indices.map { level in
      (0..<layout.size).map { place in
        link(level, layout.rank(stage: stage, block: block, place: place)) ?? -1
      }
    }
  }

  /// A number for the kind of a rank: its block's kind, its stage and, where it counts, its place.
  private func kind(ofRank rank: Int) -> Int {
    let (stage, place) = (rank / layout.stageRanks, rank % layout.stageRanks)
    let block = place / layout.size
    return (kinds[block] * layout.stages + stage) * layout.size
      + (apart[block] ? place % layout.size : 0)
  }

  /// Tells links apart by whom they serve.
  private mutating func sortLinks() {
    struct Signature: Hashable {
      var level: Int
      var speed: Double
      var served: [Int]
    }
    var met: [Signature: Int] = [:]
    links = []
    served = []
    classes = levels.enumerated().map { index, level in
      var kinds: [Int: [Int]] = [:]
      var order: [Int] = []
      for rank in 0..<layout.ranks {
        guard let link = level.link(of: rank) else { continue }
        if kinds[link] == nil { order.append(link) }
        kinds[link, default: []].append(kind(ofRank: rank))
      }
      return Dictionary(
        uniqueKeysWithValues: order.map { link in
          let speed = level.speed(of: link)
          let all = (kinds[link] ?? []).sorted()
          let signature = Signature(level: index, speed: speed, served: all)
          if let place = met[signature] { return (link, place) }
          met[signature] = links.count
          links.append(Link(width: level.width, speed: speed))
          served.append(Dictionary(all.map { ($0, 1) }, uniquingKeysWith: +))
          return (link, links.count - 1)
        })
    }
  }

  /// Tells blocks apart by the links that serve them.
  private mutating func sortBlocks() {
    struct Signature: Hashable {
      var kind: Int
      var links: [[[Int]]]
    }
    var met: [Signature: Int] = [:]
    kinds = kinds.indices.map { block in
      let own = (0..<layout.stages).map { stage in
        let all = links(stage: stage, block: block)
        return apart[block] ? all : all.map { Set($0).sorted() }
      }
      let signature = Signature(kind: kinds[block], links: own)
      if met[signature] == nil { met[signature] = met.count }
      return met[signature] ?? 0
    }
  }
}
