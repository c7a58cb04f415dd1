/// How many devices of a fleet can be had, from when on.
public struct Supply: Sendable, Equatable {
  /// In the order of their dates.
  public var steps: [Step]

  /// From a day on so many devices can be had.
  public struct Step: Sendable, Equatable {
    public var from: CalendarDate
    public var devices: Int

    public init(from: CalendarDate, devices: Int) {
      self.from = from
      self.devices = devices
    }
  }

  public init(steps: [Step]) { self.steps = steps.sorted { $0.from < $1.from } }

  /// The devices that can be had on a day: none before the first.
  public func devices(on day: CalendarDate) -> Int {
    steps.last { $0.from <= day }?.devices ?? 0
  }
}
