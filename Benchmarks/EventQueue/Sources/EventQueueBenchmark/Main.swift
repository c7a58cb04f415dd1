import CPriorityQueue
import Glibc

/// Both queues of the simulation's kernel beside a C++ priority queue, under the hold model.
@main
enum EventQueueBenchmark {
  static let events = 2_000_000
  /// Runs of every queue, in turn; the median counts.
  static let runs = 5
  static let sizes = [64, 1024, 16_384, 262_144]

  static func main() {
    print("delays        pending   ladder   heap   C++ M/s   ladder/C++   heap/C++")
    var isSame = true
    for law in DelayLaw.allCases {
      let delays = Delays(law)
      for pending in sizes {
        var rates: (ladder: [Double], heap: [Double], yardstick: [Double]) = ([], [], [])
        for _ in 0..<runs {
          let ladder = hold(LadderQueue<HoldEvent>.self, pending: pending, events, delays)
          let heap = hold(EventQueue<HoldEvent>.self, pending: pending, events, delays)
          let yardstick = hold_priority_queue(
            UInt64(pending), UInt64(events), delays.quantiles, delays.spread)
          isSame = isSame && Set([ladder, heap, yardstick].map(\.checksum)).count == 1
          rates.ladder.append(rate(ladder))
          rates.heap.append(rate(heap))
          rates.yardstick.append(rate(yardstick))
        }
        report(law, pending, median(rates.ladder), median(rates.heap), median(rates.yardstick))
      }
      delays.free()
    }
    guard isSame else {
      print("The queues took events in different orders.")
      exit(1)
    }
  }

  /// Million events a second.
  static func rate(_ result: HoldResult) -> Double { Double(events) / result.seconds * 1e-6 }

  static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  static func report(
    _ law: DelayLaw, _ pending: Int, _ ladder: Double, _ heap: Double, _ yardstick: Double
  ) {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    func column(_ value: Double, _ width: Int) -> String {
      let hundredths = Int((value * 100).rounded())
      return right("\(hundredths / 100).\(hundredths % 100 / 10)\(hundredths % 10)", width)
    }
    let name = law.rawValue + String(repeating: " ", count: 12 - law.rawValue.count)
    print(
      name, right(String(pending), 8), column(ladder, 8), column(heap, 6), column(yardstick, 9),
      column(ladder / yardstick, 12), column(heap / yardstick, 10))
  }
}
