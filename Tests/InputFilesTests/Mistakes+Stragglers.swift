extension Mistake {
  /// Rates that stragglers are fitted to.
  static let stragglers = [
    measured(
      "devices: 256", "devices: 1", "'1' is out of range. Write a number from 2 to 10000000."),
    measured("synchronous: 0.064 /s", "synchronous: slow", notRate("slow", "0.064 /s")),
    measured("local: 0.091 /s, local", "local: quick, local", notRate("quick", "0.091 /s")),
    measured(
      "local_steps: 128", "local_steps: 1", "'1' is out of range. Write a number from 2 to 100000."),
    measured("asymptote: 0.055 /s", "asymptote: flat", notRate("flat", "0.055 /s")),
    measured(
      "elsewhere: [{devices: 1024, synchronous: 0.055 /s, local: 0.091 /s}]", "elsewhere: 1024",
      """
      is a single value, and must be a list. Write for example '[{devices: 1024, synchronous: \
      0.055 /s}]'.
      """),
    measured(
      "{devices: 1024", "{devices: 1", "'1' is out of range. Write a number from 2 to 10000000.",
      in: "elsewhere[1]."),
    measured(
      "synchronous: 0.055 /s", "synchronous: slow", notRate("slow", "0.055 /s"), in: "elsewhere[1]."
    ),
    measured(
      "local: 0.091 /s}]", "local: quick}]", notRate("quick", "0.091 /s"), in: "elsewhere[1]."),
    Mistake(
      law, "{measured: \(rates.replacing("0.064", with: "0.1"))}",
      """
      22: run.stragglers.measured.synchronous: no stragglers give these rates. Write a 'local' rate \
      above the synchronous one, and an 'asymptote' below it, near enough to each other.
      """),
    Mistake(
      law, "{measured: {devices: 256, synchronous: 0.064 /s, local: 0.5 /s, local_steps: 2}}",
      """
      22: run.stragglers.measured: no stragglers give these rates. Write a 'local' rate above the \
      synchronous one, and an 'asymptote' below it, near enough to each other.
      """),
  ]

  private static let law = "{probability: 0.1 %, slowdown: 20 %}"
  private static let rates = """
    {devices: 256, synchronous: 0.064 /s, local: 0.091 /s, local_steps: 128, asymptote: 0.055 /s, \
    elsewhere: [{devices: 1024, synchronous: 0.055 /s, local: 0.091 /s}]}
    """

  /// One key of the rates written wrong.
  private static func measured(
    _ right: String, _ wrong: String, _ problem: String, in block: String = ""
  ) -> Mistake {
    let key = wrong.split(separator: ":")[0].replacing("{", with: "")
    return Mistake(
      law, "{measured: \(rates.replacing(right, with: wrong))}",
      "22: run.stragglers.measured.\(block)\(key): \(problem)")
  }

  private static func notRate(_ text: String, _ example: String) -> String {
    "'\(text)' is not a number. Write for example '\(example)'."
  }
}
