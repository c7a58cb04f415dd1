import Hardware
import Planner
import Testing
import Units

@testable import InputFiles

@Suite("Shipped profiles")
struct ShippedProfilesTests {
  private func devices() throws -> [Device] {
    try shippedCatalog().devices.all().compactMap(\.value)
  }

  @Test("every shipped input file is read without a fault, and so is every file it names")
  func noFaults() throws {
    #expect(try shippedCatalog().checkAll().map(\.description) == [])
  }

  @Test("every fleet's device has one default fabric and one default kernel profile")
  func defaults() throws {
    let catalog = try shippedCatalog()
    for entry in catalog.fleets.all().compactMap(\.value) {
      let device = entry.device.name
      let fabrics = catalog.fabrics.all().filter { $0.value?.devices.contains(device) == true }
      let kernels = catalog.kernels.all().filter { $0.value?.devices.contains(device) == true }
      #expect(fabrics.count == 1, "\(entry.id)")
      #expect(kernels.count == 1, "\(entry.id)")
    }
  }

  @Test("the parts that the comparison is about are there")
  func devicesThere() throws {
    let ids = Set(try devices().map(\.id))
    let wanted: Set = [
      "nvidia-a100-40-sxm", "nvidia-a100-80-sxm", "nvidia-a100-80-pcie", "nvidia-a800-80-sxm",
      "nvidia-h100-sxm", "nvidia-h800-sxm", "nvidia-h20-96", "nvidia-h200-sxm", "nvidia-l20",
      "nvidia-l40s", "nvidia-b200-sxm", "nvidia-b300-sxm", "nvidia-gb200-nvl72",
      "nvidia-gb300-nvl72", "huawei-910b1", "huawei-910b2", "huawei-910b3", "huawei-910b4",
      "huawei-910c", "huawei-950pr", "huawei-950dt", "thead-ppu-810e", "cambricon-mlu590",
      "hygon-k100ai", "mthreads-s4000", "metax-c500-pcie", "biren-br100", "iluvatar-bi150",
      "kunlun-p800", "enflame-t20", "amd-mi300x", "google-tpu-v5p", "aws-trainium2",
      "intel-gaudi3", "ling-a", "ling-b", "ling-c", "ling-d", "ling-e",
    ]
    #expect(wanted.subtracting(ids) == [])
    #expect(ids.count >= 40)
  }

  @Test("no device stands in two fabrics, so that each has one default")
  func oneFabric() throws {
    let listed = try shippedCatalog().fabrics.all().compactMap(\.value).flatMap(\.devices)
    let twice = Dictionary(grouping: listed) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(twice.sorted() == [])
  }

  @Test("a narrower number format is never slower")
  func narrowerIsQuicker() throws {
    for device in try devices() {
      let rates = [Precision.fp32, .bf16, .fp8, .fp4].compactMap { device.peaks[$0]?.value }
      #expect(rates == rates.sorted(), "\(device.id)")
    }
  }

  // 37 FLOP/B on the H20, 625 on the BR104: a slip of bits for bytes or of a prefix falls outside.
  @Test("a device computes 20 to 1000 FLOP in 16 bits for each byte that its memory moves")
  func machineBalance() throws {
    for device in try devices() {
      let peak = try #require(device.peak(.bf16))
      let balance = peak.value / device.memoryBandwidth.value.value
      #expect((20...1000).contains(balance), "\(device.id): \(balance) FLOP/B")
    }
  }

  @Test("no link is quicker than the memory of the device that it feeds, nor than its own domain")
  func linksBelowMemory() throws {
    let devices = Dictionary(uniqueKeysWithValues: try devices().map { ($0.id, $0) })
    for fabric in try shippedCatalog().fabrics.all().compactMap(\.value) {
      let link = fabric.scaleUp.bandwidth.value
      for id in fabric.devices {
        let device = try #require(devices[id])
        #expect(link < device.memoryBandwidth.value, "\(fabric.id), \(id)")
      }
      if let network = fabric.scaleOut { #expect(network.bandwidth.value < link, "\(fabric.id)") }
    }
  }

  @Test("the Ling report's devices have the peak, memory and price that its table prints")
  func lingTable() throws {
    // arXiv 2503.05139, Table 1: TFLOP/s, GB (of 2^30 bytes), RMB/h.
    let table = [
      ("ling-a", 370.0, 64.0, "7 RMB/h"), ("ling-b", 120, 96, "4.5 RMB/h"),
      ("ling-c", 312, 80, "10 RMB/h"), ("ling-d", 989, 80, "27.5 RMB/h"),
      ("ling-e", 147, 96, "5.64 RMB/h"),
    ]
    let catalog = try shippedCatalog()
    let records = try #require(catalog.prices.load("ling-report")).records
    for (id, peak, memory, price) in table {
      let device = try #require(catalog.devices.load(id)?.value)
      #expect(device.peaks[.bf16]?.value == FLOPsPerSecond(peak * 1e12))
      #expect(device.memoryCapacity.value == Bytes(memory * 1_073_741_824))
      #expect(device.identity != nil)
      #expect(records.first { $0.key == "prices.\(id)" }?.value == price)
    }
  }

  @Test("the H100 has the figures of its data sheet")
  func h100() throws {
    let h100 = try #require(shippedCatalog().devices.load("nvidia-h100-sxm")?.value)
    #expect(h100.peaks[.bf16]?.value == FLOPsPerSecond(989e12))
    #expect(h100.peaks[.fp8]?.value == FLOPsPerSecond(1979e12))
    #expect(h100.memoryBandwidth.value == BytesPerSecond(3.35e12))
    #expect(h100.computeUnits?.value == 132)
  }
}
