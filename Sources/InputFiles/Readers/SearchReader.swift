import Parallelism
import Planner
import Workload

extension PlanQuery {
  /// A plan to search for: `{search: {tensor: [1, 8], pipeline: any, expert: 8}, objective: time}`.
  init(in table: Table) {
    self.init()
    constraints =
      table.find("search", .searchConstraints, "{tensor: [1, 8], pipeline: any, expert: 8}")
      ?? SearchConstraints()
    objective = table.find("objective", .choice, "cost")
  }
}

extension Form where Value == SearchConstraints {
  /// An axis that is left out has the values that suit most questions.
  fileprivate static var searchConstraints: Form {
    .table { table in
      func axis<Element: Hashable>(
        _ key: String, _ form: Form<Element>, _ example: String
      ) -> SearchConstraints.Choice<Element> {
        table.find(key, .axis(form), example) ?? .usual
      }
      func ranks(_ key: String) -> SearchConstraints.Choice<Int> {
        axis(key, .integer(1...1_000_000), "[1, 8]")
      }
      var constraints = SearchConstraints()
      constraints.tensor = ranks("tensor")
      constraints.context = ranks("context")
      constraints.pipeline = ranks("pipeline")
      constraints.virtualStages = ranks("virtual_stages")
      constraints.data = ranks("data")
      constraints.expert = ranks("expert")
      constraints.expertTensor = ranks("expert_tensor")
      constraints.microBatch = ranks("micro_batch")
      constraints.firstStageLayers = axis("first_stage_layers", .integer(0...1_000_000), "[0, 3]")
      constraints.lastStageLayers = axis("last_stage_layers", .integer(0...1_000_000), "[0, 3]")
      constraints.schedule = axis("schedule", .choice, "1f1b")
      constraints.sharding = axis("sharding", .choice, "[zero-1, zero-3]")
      constraints.recompute = axis("recompute", .recompute, "[none, full]")
      constraints.overlap = axis("overlap", .overlaps, "any")
      constraints.precision = axis("precision", .choice, "[bf16, fp8]")
      constraints.devices = axis("devices", .integer(1...mostDevices), "[2048, 4096]")
      return constraints
    }
  }
}

extension Form {
  /// The values of one axis of a search: `any`, one value, or a list, of which a value that stands twice counts
  /// once.
  fileprivate static func axis<Element: Hashable>(
    _ form: Form<Element>
  ) -> Form where Value == SearchConstraints.Choice<Element> {
    let list = Form<[Element]>.list(form).map { values in
      var seen: Set<Element> = []
      return SearchConstraints.Choice.of(values.filter { seen.insert($0).inserted })
    }
    return Form {
      .usual
    } fields: {
      []
    } read: { node, spot in
      switch node.content {
      case .value("any", quoted: false): .any
      case .list: list.read(node, spot)
      default: form.read(node, spot).map { .of([$0]) }
      }
    }
  }
}

extension Form where Value == Overlaps {
  /// `all`, `none`, or the list of kinds of communication that run beside work.
  static var overlaps: Form {
    let words = Overlaps.words.map(\.word)
    let written = ["all", "none", "[\(words.joined(separator: ", "))]"]
    let word = Form.single(.all) { text, _, _ throws(CauseError) in
      switch text {
      case "all": return .all
      case "none": return []
      default:
        throw CauseError(
          .word(
            .notAChoice(text: text, choices: written, nearest: nearest(to: text, among: written))))
      }
    }
    let kind = Form.single(Overlaps.all) { text, _, _ throws(CauseError) in
      guard let known = Overlaps.words.first(where: { $0.word == text }) else {
        throw CauseError(
          .word(.notAChoice(text: text, choices: words, nearest: nearest(to: text, among: words))))
      }
      return known.kind
    }
    let list = Form<[Overlaps]>.list(kind).map { Overlaps($0) }
    return .either(word, or: list, when: .list)
  }
}
