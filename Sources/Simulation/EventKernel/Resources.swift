/// Things that one holder at a time may use, each with a queue of claims, first come first served.
///
/// A claim is a plain value; what it means is for the owner to know. All queues share one pool of
/// places, so that waiting costs no allocation once the pool has grown to the most that ever wait.
struct Resources<Claim: BitwiseCopyable> {
  private struct Place {
    var claim: Claim
    /// The place behind this one in its queue, or in the list of free places; -1 is none.
    var next: Int32
  }

  private struct Queue {
    var isHeld = false
    var first: Int32 = -1
    var last: Int32 = -1
  }

  private var queues: [Queue]
  private var places: [Place] = []
  private var firstFree: Int32 = -1

  init(count: Int) { queues = Array(repeating: Queue(), count: count) }

  /// Asks for a resource. A claim that is not granted at once waits until `release` returns it.
  ///
  /// - Returns: Whether the claim holds the resource now.
  mutating func request(_ resource: Int, _ claim: Claim) -> Bool {
    guard queues[resource].isHeld else {
      queues[resource].isHeld = true
      return true
    }
    let place = takePlace(claim)
    if queues[resource].first < 0 {
      queues[resource].first = place
    } else {
      places[Int(queues[resource].last)].next = place
    }
    queues[resource].last = place
    return false
  }

  /// Gives a resource back.
  ///
  /// - Returns: The claim that holds it now; nil where nobody waits.
  mutating func release(_ resource: Int) -> Claim? {
    precondition(queues[resource].isHeld, "only a resource that is held can be released")
    let place = queues[resource].first
    guard place >= 0 else {
      queues[resource].isHeld = false
      return nil
    }
    queues[resource].first = places[Int(place)].next
    places[Int(place)].next = firstFree
    firstFree = place
    return places[Int(place)].claim
  }

  private mutating func takePlace(_ claim: Claim) -> Int32 {
    guard firstFree >= 0 else {
      places.append(Place(claim: claim, next: -1))
      return Int32(places.count - 1)
    }
    let place = firstFree
    firstFree = places[Int(place)].next
    places[Int(place)] = Place(claim: claim, next: -1)
    return place
  }
}
