import Foundation
import Testing

@testable import InputFiles

/// Files that are broken as files or as YAML. None may crash the program, hang it, or pass.
@Suite("A malformed file is told, and nothing else happens", .timeLimit(.minutes(10)))
struct MalformedFileTests {
  /// The faults of the scenario file when its bytes are these.
  private func faults(_ bytes: some Sequence<UInt8>) throws -> [String] {
    let project = try Project()
    try project.write(Data(bytes), to: Project.scenarioPath)
    return try project.faults(of: Project.scenarioPath)
  }

  private func faults(_ text: String) throws -> [String] { try faults(text.utf8) }

  private let file = Project.scenarioPath

  @Test("an empty file", arguments: ["", "\n\n", "# only a comment\n", "---\n", "~\n"])
  func empty(text: String) throws {
    try expect(
      faults(text),
      [
        "\(file): is empty. A scenario needs the keys model, training, fleets, plan."
      ])
  }

  @Test("a file of another shape")
  func shapes() throws {
    try expect(
      faults("just words"),
      [
        """
        \(file):1: is a single value, and must be a table of keys. Write for example \
        'model: ling-plus'.
        """
      ])
    try expect(
      faults("- a\n- b\n"),
      [
        """
        \(file):1: is a list, and must be a table of keys. Write for example 'model: ling-plus'.
        """
      ])
  }

  @Test("a file that is not there, with the nearest that is")
  func missing() throws {
    let project = try Project()
    try expect(
      project.faults(of: "scenarios/qestion.yaml"),
      [
        "scenarios/qestion.yaml: no such file. Did you mean 'scenarios/question.yaml'?"
      ])
    try expect(
      project.faults(of: "scenarios/other.yaml"),
      [
        "scenarios/other.yaml: no such file. Check the path."
      ])
    try expect(
      project.faults(of: "nowhere/x.yaml"), ["nowhere/x.yaml: no such file. Check the path."])
  }

  @Test("a folder, a pipe, a device file and a ring of links are not opened")
  func notFiles() throws {
    let project = try Project()
    let catalog = try project.catalog()
    #expect(
      catalog.check("/dev/zero").map(\.description) == [
        "/dev/zero: is not an ordinary file. Name a file of text."
      ])
    try expect(
      project.faults(of: "scenarios/models"),
      [
        "scenarios/models: is a folder. Name a file in it."
      ])
    let pipe = project.path("scenarios/pipe.yaml")
    #expect(mkfifo(pipe, 0o600) == 0)
    try expect(
      project.faults(of: "scenarios/pipe.yaml"),
      [
        "scenarios/pipe.yaml: is not an ordinary file. Name a file of text."
      ])
    let ring = project.path("scenarios/ring.yaml")
    #expect(symlink(ring, ring) == 0)
    try expect(
      project.faults(of: "scenarios/ring.yaml"),
      [
        """
        scenarios/ring.yaml: cannot be read: Too many levels of symbolic links. Check who may \
        read it.
        """
      ])
  }

  @Test("a file of 50 MB is refused by its size")
  func large() throws {
    try expect(
      faults([UInt8](repeating: 0x61, count: 50_000_000)),
      [
        """
        \(file): has 50000000 bytes, and an input file has 1048576 at most. Is it the right file?
        """
      ])
  }

  @Test("bytes that are not text, with their line")
  func binary() throws {
    try expect(
      faults([0x61, 0x0A, 0x00, 0x62]),
      [
        "\(file):2: is not text: it holds the byte 0. Save it as UTF-8 text."
      ])
    try expect(
      faults([0x7F, 0x45, 0x4C, 0x46, 0x02, 0x01]),
      [
        "\(file):1: is not text: it holds the byte 2. Save it as UTF-8 text."
      ])
    try expect(
      faults(Array("title: a\nmodel: ".utf8) + [0xFF, 0xFE]),
      [
        "\(file):2: is not UTF-8 text. Save it as UTF-8."
      ])
    // UTF-16 with its byte order mark is no UTF-8.
    try expect(
      faults([0xFF, 0xFE, 0x6D, 0x00]),
      [
        "\(file):1: is not text: it holds the byte 0. Save it as UTF-8 text."
      ])
  }

  @Test("a byte order mark, CRLF line ends and a missing last line end are read")
  func lineEnds() throws {
    let text = Project.scenario
    try expect(faults("\u{FEFF}" + text), [])
    try expect(faults(text.replacing("\n", with: "\r\n")), [])
    try expect(faults(text + "\n"), [])
  }

  @Test("lines count right after CRLF line ends")
  func carriageReturns() throws {
    let text = Project.scenario.replacing("plan: best", with: "plan: bset")
    let line = 7
    try expect(
      faults(text.replacing("\n", with: "\r\n")),
      [
        "\(file):\(line): plan: 'bset' is not a choice here. Did you mean 'best'?"
      ])
  }

  @Test("a tab that indents")
  func tab() throws {
    try expect(
      faults("model: small\ntraining:\n\ttokens: 1 T\n"),
      [
        "\(file):3: a tab indents this line. Indent with spaces."
      ])
  }

  @Test(
    "broken syntax, with its line and a remedy",
    arguments: [
      (
        "model: small\nfleets: [a, b\nplan: best\n",
        "3: is not YAML: did not find expected ',' or ']'. Close the list with ']'."
      ),
      (
        "model: small\ntraining: {tokens: 1 T\n",
        "3: is not YAML: did not find expected ',' or '}'. Close the table with '}'."
      ),
      (
        "title: a: b\n",
        """
        1: is not YAML: mapping values are not allowed in this context. Put a text that holds \
        ': ' in quotes, or check the indentation.
        """
      ),
      (
        "title: \"never closed\nmodel: small\n",
        "3: is not YAML: found unexpected end of stream. Close the quotes."
      ),
      (
        "model: small\nplan\nfleets: [a]\n",
        """
        3: is not YAML: could not find expected ':'. Write a key with its value as 'key: value'.
        """
      ),
      (
        "model: @small\n",
        """
        1: is not YAML: found character that cannot start any token. Check the indentation, \
        brackets and quotes here.
        """
      ),
    ])
  func syntax(text: String, fault: String) throws {
    try expect(faults(text), ["\(file):\(fault)"])
  }

  @Test("a second document")
  func documents() throws {
    try expect(
      faults(Project.scenario + "\n---\nmodel: small\n"),
      [
        "\(file):31: a second document starts here. Keep one document in a file."
      ])
  }

  @Test("a directive")
  func directive() throws {
    try expect(
      faults("%YAML 1.1\n---\nmodel: small\n"),
      [
        "\(file):1: a line starts with '%', which YAML keeps for directives. Leave it out."
      ])
  }

  @Test("anchors, aliases, tags and merge keys, all at once")
  func unsupported() throws {
    let text = """
      title: &name A question
      model: *name
      <<: {baseline: strong}
      training: {tokens: 1 T, sequence_length: 4096, global_batch: 8960, precision: !!str bf16}
      fleets: [strong]
      plan: best
      """
    try expect(
      faults(text),
      [
        "\(file):1: title: anchors such as '&name' are not read. Leave it out.",
        "\(file):2: model: aliases such as '*name' are not read. Write the value itself.",
        "\(file):3: merge keys are not read. Write the keys themselves.",
        """
        \(file):4: training.precision: tags such as 'tag:yaml.org,2002:str' are not read. Leave \
        it out.
        """,
      ])
  }

  @Test("aliases that would multiply to billions are refused one by one")
  func explodingAliases() throws {
    let levels = (1...9).map { level in
      "l\(level): &l\(level) [\(Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ", "))]"
    }
    let found = try faults("l0: &l0 lol\n" + levels.joined(separator: "\n") + "\n? *l9\n: 1\n")
    #expect(found.count > 90)
    #expect(found[0] == "\(file):1: l0: anchors such as '&l0' are not read. Leave it out.")
  }

  @Test("keys that stand twice, all of them, with the line of the first")
  func duplicates() throws {
    let text = """
      model: small
      training: {tokens: 1 T, sequence_length: 4096, global_batch: 8960, precision: bf16,
        tokens: 2 T}
      fleets: [strong]
      plan: best
      plan: best
      "plan": best
      """
    try expect(
      faults(text),
      [
        "\(file):3: training.tokens: stands twice, first on line 2. Keep one of the two.",
        "\(file):6: plan: stands twice, first on line 5. Keep one of the two.",
        "\(file):7: plan: stands twice, first on line 5. Keep one of the two.",
      ])
  }

  @Test("keys that are no words", arguments: ["[a]: 1", "{a: b}: 1", "~: 1", "\"\": 1", "? \n: 1"])
  func oddKeys(line: String) throws {
    try expect(
      faults(Project.scenario + "\n" + line + "\n"),
      [
        "\(file):31: a key is not a word. Write keys as plain words, such as 'name: ...'."
      ])
  }

  private let tooDeep =
    "lists and tables are nested more than 32 deep. No input needs that: check the brackets."

  @Test(
    "nesting beyond any need, in every way that YAML has",
    arguments: [
      Sample("lists", String(repeating: "[", count: 100_000)),
      Sample("tables", String(repeating: "{a: ", count: 100_000)),
      Sample(
        "both",
        String(repeating: "[{a: ", count: 100_000) + String(repeating: "}]", count: 100_000)),
      Sample("dashes", String(repeating: "- ", count: 100_000) + "a"),
      Sample("keys", String(repeating: "? ", count: 100_000) + "a"),
      Sample(
        "indented keys",
        (0..<1000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")),
      Sample(
        "indented dashes",
        (0..<1000).map { String(repeating: " ", count: $0) + "-" }.joined(separator: "\n")),
    ])
  func deep(sample: Sample) throws {
    let found = try faults(sample.text)
    #expect(found.count == 1)
    #expect(found.first?.hasSuffix(tooDeep) == true)
  }

  @Test("a table nested as deep as is allowed is read, and its key is then unknown")
  func justDeepEnough() throws {
    // The root is one level, so 31 more are allowed.
    let text = String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
    try expect(
      faults(Project.scenario + "\ntitel: " + text),
      [
        "\(file):31: titel: unknown key. Did you mean 'title'?"
      ])
    let deeper = "[" + text + "]"
    try expect(
      faults(Project.scenario + "\ntitel: " + deeper),
      ["\(file):31: \(tooDeep)"])
  }

  @Test(
    "a megabyte of one thing is refused in time",
    arguments: [
      "a: 1\n", "- a\n", "[", "]", "{", "}", "a", "a ", "\"", "'", ":", ": ", "?", "? a\n", "-",
      "|",
      ">", "&a ", "*a ", "!", "!a ", "#", "# ", ",", "[a], ", "%TAG !a! b\n", "---\n", "...\n",
      "\\",
      "\"\\u0041\" ", "\n", " ", "  \n", "é", "\u{2028}", "a: [\n", "a: {b: 1}\n", "<<: *a\n",
    ].map { Sample($0.debugDescription, $0) })
  func megabytes(sample: Sample) throws {
    let count = (fileSizeLimit - 100) / sample.text.utf8.count
    #expect(try faults(String(repeating: sample.text, count: count)) != [])
  }

  @Test("a megabyte of different unknown keys is refused in time")
  func manyKeys() throws {
    let text = (0..<80_000).map { "key\($0): 1" }.joined(separator: "\n")
    let found = try faults(text)
    #expect(found.count == 1000)
  }

  @Test("a megabyte in each place of a scenario is refused in time")
  func manyFleets() throws {
    let names = (0..<80_000).map { "fleet\($0)" }.joined(separator: ", ")
    try expect(
      faults(Project.scenario.replacing("fleets: [strong, ", with: "fleets: [\(names), ")),
      ["\(file):5: fleets: has 80001 entries, and 10000 are the most that are read. Write fewer."])
  }

  @Test("a text of a user's is shown on one line, cut, and without what a terminal obeys")
  func shownText() throws {
    try expect(
      faults(Project.scenario.replacing("plan: best", with: #"plan: "a\e[31m\nb\0""#)),
      [
        """
        \(file):7: plan: 'a\\u{1b}[31m\\nb\\u{0}' is not a choice here. Choose 'best', \
        '{search: {expert: 8}}' or '{tensor: 1, pipeline: 8, expert: 8}'.
        """
      ])
    let long = String(repeating: "x", count: 200_000)
    let found = try faults(Project.scenario.replacing("plan: best", with: "plan: \(long)"))
    #expect(found.count == 1)
    #expect(found[0].utf8.count < 300)
  }
}
