import Testing

@testable import Reports

@Suite("The picture of predicted against observed")
struct AgreementChartTests {
  private func chart(_ title: String = "runs") -> AgreementChart {
    AgreementChart(
      title: title, axisName: "s",
      groups: [
        .init(
          name: "all", colour: "#000000", isOpen: false,
          points: [
            .init(observed: 1, predicted: 1, title: "low"),
            .init(observed: 100, predicted: 10, title: "a < b"),
          ])
      ])
  }

  @Test("a log scale puts equal factors at equal distances")
  func scale() {
    let axis = LogAxis(holding: [2, 300], from: 0, to: 300)
    // From 1 to 1,000, a hundred pixels a decade.
    #expect(axis.ticks.map(\.label) == ["1", "10", "100", "1000"])
    #expect(axis.position(1) == 0)
    #expect(abs(axis.position(100) - 200) < 1e-9)
  }

  @Test("a single value still has a scale around it")
  func single() {
    let axis = LogAxis(holding: [10], from: 0, to: 100)
    #expect(axis.position(10) == 0)
    #expect(axis.highest == 100)
    #expect(LogAxis(holding: [], from: 0, to: 100).ticks.count == 2)
  }

  @Test("decades beyond fifteen digits are written as powers")
  func farDecades() {
    let labels = LogAxis(holding: [1e-99, 1e99], from: 0, to: 100).ticks.map(\.label)
    #expect(labels.first == "1e-99")
    #expect(labels.last == "1e99")
    #expect(labels.contains("1"))
  }

  @Test("each point is a circle on its place, and words are escaped")
  func points() {
    let svg = chart("x & y").svg
    // 78 + 560 pixels hold two decades: (100, 10) lies at the right end and half-way up.
    #expect(svg.contains("<circle cx=\"638\" cy=\"328\""))
    #expect(svg.contains("<circle cx=\"78\" cy=\"608\""))
    #expect(svg.contains("x &amp; y"))
    #expect(svg.contains("<title>a &lt; b</title>"))
    #expect(svg.contains("all (2)"))
  }

  @Test("a file cannot smuggle control characters into the picture")
  func controlCharacters() {
    #expect(!chart("a\u{1b}[31mb").svg.unicodeScalars.contains("\u{1b}"))
  }
}
