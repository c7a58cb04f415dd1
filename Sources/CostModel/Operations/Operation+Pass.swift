extension Operation {
  /// The name by which kernel profiles and tables know the operation as a pass over memory, such as
  /// `attention_norm` or `permute_backward`.
  public var passName: String {
    let names = Name.passNames[name] ?? ("", "")
    return pass == .forward ? names.forward : names.backward
  }

  /// The pass of the optimizer, which is in no layer's list.
  public static let optimizerPass = "optimizer"

  /// Every name that a pass over memory may have, in the order of the lowering's names.
  public static var passNames: [String] {
    Name.allCases.flatMap { name in
      Name.passNames[name].map { [$0.forward, $0.backward] } ?? []
    } + [optimizerPass]
  }
}

extension Operation.Name {
  /// Put together once, because every price of an operation asks for one.
  fileprivate static let passNames: [Self: (forward: String, backward: String)] = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, ($0.snakeCase, "\($0.snakeCase)_backward")) })

  /// The name in the way of keys and columns: `attentionNorm` is `attention_norm`.
  public var snakeCase: String {
    rawValue.reduce(into: "") { text, letter in
      text += letter.isUppercase ? "_\(letter.lowercased())" : String(letter)
    }
  }
}
