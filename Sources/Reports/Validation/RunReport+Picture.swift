import Calibration

extension RunReport {
  /// Predicted against observed, as an SVG picture; the time of one device for one token, which rows
  /// of any metric can be brought to.
  public var picture: String {
    AgreementChart(
      title: "Published training runs", axisName: "device-microseconds a token",
      groups: [
        group("dense, trained nothing", "#1f6fb4", moE: false, trained: false),
        group("dense, trained its stack", "#1f6fb4", moE: false, trained: true),
        group("MoE, trained nothing", "#d1495b", moE: true, trained: false),
        group("MoE, trained its stack", "#d1495b", moE: true, trained: true),
      ]
    ).svg
  }

  private func group(
    _ name: String, _ colour: String, moE: Bool, trained: Bool
  ) -> AgreementChart.Group {
    let points = lines.compactMap { line -> AgreementChart.Point? in
      guard !line.isMemory, line.label.isMoE == moE, (line.training == .trained) == trained,
        let seconds = line.secondsPerToken, let ratio = line.ratio
      else { return nil }
      let predicted = seconds * 1e6
      return AgreementChart.Point(
        observed: predicted / ratio, predicted: predicted,
        title: "\(line.label.id): \(line.label.model), \(line.device)")
    }
    return AgreementChart.Group(name: name, colour: colour, isOpen: trained, points: points)
  }
}
