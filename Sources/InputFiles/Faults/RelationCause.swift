/// What is wrong with several values that are right each by itself.
public enum RelationCause: Hashable, Sendable {
  case keyValueHeads(heads: Int, keyValueHeads: Int)
  case topKAboveCount(topK: Int, count: Int)
  case leadingLayers(leading: Int, layers: Int)
  case modelTooLarge
  case activeAboveTotal(active: Double, total: Double)
  case noTrainingPeak
  case tooManyRanks(ranks: Double, limit: Int)
  case belowOneStep(tokens: Double, step: Double)
  case beyondPositions(sequence: Int, model: String, positions: Int)
  case monthsReversed(from: String, to: String)
  case daysReversed(from: String, to: String)
  case knotsNotRising
  case noSuchRank(rank: Int, fleet: String, devices: Int)
  /// A fabric without rails has none.
  case noSuchRails(missing: Int, fabric: String, rails: Int)
  /// `leaves` is 0 where the fabric has none.
  case noSuchLeaf(leaf: Int, fabric: String, leaves: Int)
  case persistBelowStall
  case noDistribution(law: String)
  case gridSize(factors: Int, combinations: Int)
  case rangeBackwards(from: Double, to: Double)
  case rangeOfTwoUnits(from: String, to: String)
  case logarithmOf(Double)
  /// - Parameter mayBeAsked: Whether more are answered where the user says yes.
  case tooManyPoints(points: Double, axes: [String], limit: Double, mayBeAsked: Bool)
  /// A field or a part of it that an earlier axis of the sweep varies.
  case sweptTwice(String)
  case sweepOfItself
  case valueTwice(String)
  /// A swept value that asks for another number of models or fleets.
  case changesRows
  /// A sweep of an input that makes no difference.
  case unusedInput(file: String)
  case numberOfPools(Int, most: Int)
  /// Tokens that pools are given beside those of the whole run.
  case tokensOfPools(given: Double, all: Double)
  case goodputWithoutRun
  /// Rates that no law of stragglers gives.
  case noStragglers
  /// A pool that has saves of its own in a mix that has one.
  case savesOfPool(pool: String, first: String)
  /// A device that is owned, and whose energy cannot be counted.
  case noPower(device: String)

  var words: String {
    switch self {
    case .keyValueHeads(let heads, let groups):
      """
      \(heads) heads cannot share \(groups) key-value heads evenly. Use a divisor of \(heads), \
      such as \(divisor(of: heads, near: groups)).
      """
    case .topKAboveCount(let topK, let count):
      "\(topK) is more than the \(count) experts there are. Write \(count) at most."
    case .leadingLayers(let leading, let layers):
      """
      \(leading) leading dense layers leave none of the \(layers) layers for experts. Write fewer, \
      or leave the experts out.
      """
    case .modelTooLarge:
      "these shapes make more parameters than can be meant. Check layers, widths and experts."
    case .activeAboveTotal(let active, let total):
      """
      \(plain(active)) active parameters are more than the \(plain(total)) in all. Check both.
      """
    case .noTrainingPeak:
      "has none of 'bf16', 'fp16' and 'fp32', and training needs one. Add the dense peak of one."
    case .tooManyRanks(let ranks, let limit):
      "the degrees multiply to \(plain(ranks)) ranks, more than \(limit). Write smaller ones."
    case .belowOneStep(let tokens, let step):
      """
      \(plain(tokens)) tokens are less than one step of \(plain(step)) (global_batch times \
      sequence_length). Write more tokens or a smaller batch.
      """
    case .beyondPositions(let sequence, let model, let positions):
      """
      \(sequence) is more than the \(positions) learned positions of \(quoted(model)). Write \
      \(positions) at most.
      """
    case .monthsReversed(let from, let to):
      "\(to) is before 'from', \(from). Swap the two."
    case .daysReversed(let from, let to):
      "\(to) is not after \(from). Swap the two."
    case .noSuchRank(let rank, let fleet, let devices):
      """
      there is no rank \(rank) among the \(devices) devices of \(quoted(fleet)), which count from 0. \
      Write \(devices - 1) at most.
      """
    case .noSuchRails(_, let fabric, 0):
      "fabric \(quoted(fabric)) has no rails that could be missing. Leave 'missing_rails' out."
    case .noSuchRails(let missing, let fabric, let rails):
      """
      \(missing) missing rails leave none of the \(rails) of fabric \(quoted(fabric)). Write \
      \(rails - 1) at most.
      """
    case .noSuchLeaf(_, let fabric, 0):
      "fabric \(quoted(fabric)) has no leaf switches that could be slow. Leave 'slow_uplinks' out."
    case .noSuchLeaf(let leaf, let fabric, let leaves):
      """
      there is no leaf \(leaf) among the \(leaves) of fabric \(quoted(fabric)), which count from 0. \
      Write \(leaves - 1) at most.
      """
    case .knotsNotRising:
      "an axis needs at least two knots, each above the one before. Sort them."
    case .noStragglers:
      """
      no stragglers give these rates. Write a 'local' rate above the synchronous one, and an 'asymptote' below \
      it, near enough to each other.
      """
    case .savesOfPool(let pool, let first):
      """
      \(quoted(pool)) has a 'checkpoint' of its own, and pools that train side by side save together, as the \
      first, \(quoted(first)), does. Give both the same.
      """
    case .noPower(let device):
      """
      device \(quoted(device)) states no 'power', so that its owner's bill for energy is not known. Add it \
      to the device's profile, or rent.
      """
    case .goodputWithoutRun:
      "needs to know how a run goes. Add a 'run' block, or write 'cost'."
    case .rangeBackwards(let from, let to):
      "\(plain(to)) is not above 'from', \(plain(from)). Swap the two."
    case .rangeOfTwoUnits(let from, let to):
      "is in \(quoted(to)), and 'from' in \(quoted(from)). Write both in one unit."
    case .logarithmOf(let value):
      "\(plain(value)) has no logarithm. Start above 0, or leave 'log' out."
    case .tooManyPoints(let points, let axes, let limit, let mayBeAsked):
      """
      makes \(plain(points)) rows (\(axes.joined(separator: ", "))), more than \(plain(limit)). \
      Vary less\(mayBeAsked ? ", draw points with 'draw', or say '--yes'" : " or draw points with 'draw'").
      """
    case .sweptTwice(let field):
      "is varied by \(quoted(field)) already. Leave one of the two out."
    case .sweepOfItself:
      "is the sweep itself, and changes no answer. Vary a field of the question."
    case .valueTwice(let text):
      "\(quoted(text)) stands twice, and would make every row twice. Keep one."
    case .changesRows:
      """
      asks for another number of models or fleets than the scenario. Name as many in every value, or \
      write a sweep for each.
      """
    case .unusedInput(let file):
      "the scenario uses no number of \(quoted(file)), so that nothing would change. Vary another file."
    case .numberOfPools(let count, let most):
      "a mix has 2 to \(most) pools, and here it has \(count). Name fleets of this scenario."
    case .tokensOfPools(let given, let all):
      """
      the pools are given \(plain(given)) tokens, and the run has \(plain(all)). Let them add up, or \
      leave out 'tokens' of one pool, which then gets the rest.
      """
    case .noDistribution(let law):
      """
      is no range of a \(law) distribution around the value. Write two rising numbers that hold \
      the value between them.
      """
    case .persistBelowStall:
      "is shorter than 'stall', and a save cannot be readable before it ends. Write at least as much."
    case .gridSize(let factors, let combinations):
      """
      \(factors) factors do not fill the \(combinations) combinations of the axes' knots. Write \
      one for each, the last axis fastest.
      """
    }
  }
}

/// The divisor of a number that is nearest to a wanted one; of two, the smaller.
private func divisor(of number: Int, near wanted: Int) -> Int {
  let divisors = (1...number).lazy.filter { number.isMultiple(of: $0) }
  return divisors.min { abs($0 - wanted) < abs($1 - wanted) } ?? 1
}
