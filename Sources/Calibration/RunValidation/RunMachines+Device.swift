import Hardware
import Units
import Workload

extension RunMachines {
  /// The device that a run's words mean.
  ///
  /// 1. The profile whose id is the row's key.
  /// 2. Profiles whose id begins with the key, as variants of one part do.
  /// 3. Profiles whose id or name shares a type number with the row's text, such as `A100`.
  /// 4. For text that states only a memory size, in an FP8 run: profiles of that size with FP8
  ///    whose kernels somebody measured, which are the parts in wide use.
  ///
  /// Among several, the one in the middle by 16-bit peak, the upper of two.
  func device(for run: RunHardware, _ assumed: inout [String]) throws(RunSkip) -> Device {
    if let key = run.device, let exact = devices.first(where: { $0.id == key }) {
      if run.isDeviceDoubtful { assumed.append("device \(exact.id)") }
      return exact
    }
    let variants = run.device.map { key in devices.filter { $0.id.hasPrefix(key) } } ?? []
    let likely = variants.isEmpty ? named(in: run.deviceText) : variants
    let candidates = likely.isEmpty ? unnamed(run) : likely
    let byPeak = candidates.sorted {
      ($0.peak(.bf16)?.value ?? 0, $0.id) < ($1.peak(.bf16)?.value ?? 0, $1.id)
    }
    guard !byPeak.isEmpty else {
      throw .unnamedDevice([run.deviceText, run.device ?? ""].first { !$0.isEmpty } ?? "")
    }
    let chosen = byPeak[byPeak.count / 2]
    assumed.append("device \(chosen.id)")
    return chosen
  }

  /// Devices that share the most words with a text, of which one is a type number.
  private func named(in text: String) -> [Device] {
    let words = tokens(of: text.split(separator: "(").first.map(String.init) ?? text)
    let types = words.filter(isTypeNumber)
    guard !types.isEmpty else { return [] }
    let scored = devices.map { device -> (device: Device, score: Int) in
      let known = tokens(of: "\(device.id) \(device.name)")
      let has: (String) -> Bool = { word in known.contains { $0.hasPrefix(word) } }
      return (device, types.allSatisfy(has) ? words.count(where: has) : 0)
    }
    let best = scored.map(\.score).max() ?? 0
    return best > 0 ? scored.filter { $0.score == best }.map(\.device) : []
  }

  /// Devices of the memory size that a text states, for a run in a format that few devices have.
  ///
  /// Makers round, and some mean GiB: within 8 % is the same size.
  private func unnamed(_ run: RunHardware) -> [Device] {
    guard run.device == nil, run.precision == .fp8 || run.precision == .fp8Block,
      let size = tokens(of: run.deviceText).lazy.compactMap(gigabytes).first
    else { return [] }
    let measured = Set(kernels.filter { $0.kind == .measured }.flatMap(\.devices))
    return devices.filter { device in
      measured.contains(device.id) && device.peak(.fp8) != nil
        && abs(device.memoryCapacity.value / (size * .GB) - 1) < 0.08
    }
  }

  private func tokens(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private func isTypeNumber(_ word: String) -> Bool {
    word.contains(where: \.isNumber) && word.contains(where: \.isLetter) && gigabytes(word) == nil
  }

  private func gigabytes(_ word: String) -> Double? {
    word.hasSuffix("gb") ? Int(word.dropLast(2)).map(Double.init) : nil
  }
}
