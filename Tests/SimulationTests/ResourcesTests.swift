import Testing

@testable import Simulation

@Suite("Resources with queues")
struct ResourcesTests {
  @Test("who comes first is served first")
  func order() {
    var resources = Resources<Int32>(count: 1)
    let granted = (1...4).map { resources.request(0, $0) }
    #expect(granted == [true, false, false, false])
    let next = (0..<4).map { _ in resources.release(0) }
    #expect(next == [2, 3, 4, nil])
    let again = resources.request(0, 5)
    #expect(again)
  }

  @Test("queues do not mix, and places are used again")
  func pool() {
    var resources = Resources<Int32>(count: 2)
    let held = [resources.request(0, 0), resources.request(1, 0)]
    #expect(held == [true, true])
    for round in 0..<100 as Range<Int32> {
      let granted = [0, 1, 0].enumerated().map { resources.request($1, 10 * round + Int32($0)) }
      #expect(granted == [false, false, false])
      let next = [0, 1, 0].map { resources.release($0) }
      #expect(next == [10 * round, 10 * round + 1, 10 * round + 2])
    }
    let last = [resources.release(0), resources.release(1)]
    #expect(last == [nil, nil])
  }
}
