import Hardware
import Units

extension Form where Value == Device {
  /// A device: `hardware-profiles/devices/ID.yaml`.
  static func device(id: String) -> Form {
    .table { table in
      let name = table.get("name", .text, "NVIDIA H100 SXM 80GB")
      let vendor = table.get("vendor", .text, "NVIDIA")
      let country = table.find("country", .country, "US")
      let isForDataCenters = table.find("data_center", .boolean, "true") ?? true
      _ = table.find("family", .text, "Hopper")
      _ = table.find("launched", .integer(1990...2199), "2022")
      _ = table.find("process", .text, "TSMC 4N")
      let peaks = table.get("peak", .peaks, "{bf16: ...}")
      let memory = table.get("memory", .deviceMemory, "{capacity: ..., bandwidth: ...}")
      let computeUnits = table.findSourced("compute_units", .count, .positive, "132")
      let power = table.findSourced("power", .power, .positive, "700 W")
      let dieArea = table.findSourced("die_area", .area, .positive, "814 mm2")
      let export = table.find("export", .export, "{total_processing_performance: ...}")
      let identity = table.find("identity", .text, "probably an H800, by its peak")
      _ = table.find("notes", .list(.text), "[two sources differ]")
      return Device(
        id: id, name: name, vendor: vendor, country: country, isForDataCenters: isForDataCenters,
        peaks: peaks.ofFormats, integerPeak: peaks.ofIntegers, memoryCapacity: memory.capacity,
        memoryBandwidth: memory.bandwidth, computeUnits: computeUnits, power: power,
        dieArea: dieArea, export: export, identity: identity)
    }
  }
}

private struct DevicePeaks {
  var ofFormats: [Precision: Sourced<FLOPsPerSecond>] = [:]
  var ofIntegers: Sourced<Double>?
}

extension Form where Value == DevicePeaks {
  /// The dense peak of each precision. A device must have one for a format that training computes in:
  /// FP16, BF16 or FP32.
  fileprivate static var peaks: Form {
    .table { table in
      var peaks = DevicePeaks()
      for precision in Precision.allCases {
        peaks.ofFormats[precision] = table.findSourced(
          precision.rawValue, .peak, .positive, "989 TFLOP/s")
      }
      peaks.ofIntegers = table.findSourced("int8", .integerPeak, .positive, "1979 TOP/s")
      if !["bf16", "fp16", "fp32"].contains(where: table.has) {
        table.report(.relation(.noTrainingPeak))
      }
      return peaks
    }
  }
}

private struct DeviceMemory {
  var capacity: Sourced<Bytes>
  var bandwidth: Sourced<BytesPerSecond>
}

extension Form where Value == DeviceMemory {
  fileprivate static var deviceMemory: Form {
    .table { table in
      _ = table.find("kind", .text, "HBM3")
      return DeviceMemory(
        capacity: table.sourced("capacity", .data, .positive, "80 GB"),
        bandwidth: table.sourced("bandwidth", .bandwidth, .positive, "3.35 TB/s"))
    }
  }
}

extension Form where Value == ExportFigures {
  fileprivate static var export: Form {
    .table { table in
      let figures = ExportFigures(
        totalProcessingPerformance: table.findSourced(
          "total_processing_performance", .count, .positive, "15824"),
        performanceDensity: table.findSourced("performance_density", .ratio, .positive, "19.4"),
        linkBandwidth: table.findSourced("link_bandwidth", .bandwidth, .positive, "900 GB/s"))
      _ = table.find("status", .text, "controlled since 2022-10")
      return figures
    }
  }
}
