import Calibration

extension RunReport {
  /// What `validate` prints: errors by group, rankings of layouts, memory, and the worst rows.
  public var terminalText: String {
    [
      ("", summary.terminalText()),
      ("Layouts of one model: rank correlation of predicted and observed speed", rankingText),
      ("Peak memory", memory.rows.first?.predicted ?? 0 > 0 ? memory.terminalText() : ""),
      ("Runs said to fit in memory, or not", memoryVerdicts.terminalText()),
      ("The ten rows that are furthest off", worstInWords.terminalText()),
    ].filter { !$0.1.isEmpty }
      .map { title, text in title.isEmpty ? text : "\n\(title)\n\n\(text)" }
      .joined()
  }

  private var rankingText: String { rankings.rows.isEmpty ? "" : rankings.terminalText() }
}
