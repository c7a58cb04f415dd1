import CSV
import Calibration
import Fixtures
import Foundation
import Hardware
import Testing
import Units

/// Tables in memory, held against the ideal device of the fixtures under the name `ideal`.
enum KernelTables {
  static let gemm = "device,precision,m,n,k,source,time_us\n"

  static let machine = MeasuredMachine(
    device: IdealFleet.device, profile: IdealFleet.kernels, link: 100 * BytesPerSecond.GBps,
    interface: 10 * BytesPerSecond.GBps)

  static func validation() -> KernelValidation {
    KernelValidation { device in
      device == "ideal" ? .known(machine) : .unknown(reason: "no profile of '\(device)'")
    }
  }

  static func rows(_ text: String) throws -> [KernelValidation.Row] {
    var rows: [KernelValidation.Row] = []
    try validation().forEachRow(of: CSVReader(text: text, name: "table.csv")) { _, _ in
    } row: {
      rows.append($0)
    }
    return rows
  }
}

@Suite("Kernel tables")
struct KernelTableTests {
  @Test("a table is known by its columns, in any order")
  func kinds() throws {
    #expect(try KernelTable(header: ["n", "m", "k", "device", "time_us", "precision"]) == .matrix)
    for table in KernelTable.allCases {
      #expect(try KernelTable(header: table.columns.reversed() + ["source"]) == table)
    }
  }

  @Test("a table with a column missing is told which")
  func missingColumn() {
    let error = UnknownKernelTable(header: ["device", "precision", "m", "n", "time_us"])
    #expect(
      error.description == """
        the columns 'device', 'precision', 'm', 'n', 'time_us' are those of no kernel table. A \
        table of matrix products also needs k.
        """)
  }

  @Test("a table of something else is told what there is")
  func foreign() {
    let words = UnknownKernelTable(header: ["name", "age"]).description
    let placed = UnknownKernelTable(header: ["name"], file: "a.csv").description
    #expect(placed.hasPrefix("a.csv:1: the columns 'name' are those of no kernel table."))
    #expect(words.hasPrefix("the columns 'name', 'age' are those of no kernel table. Use one of"))
    #expect(words.contains("attention: device,batch,seq,heads,kv_heads,head_dim,time_us"))
  }

  @Test("a bad number names its line and column, and the other rows are predicted all the same")
  func badNumber() throws {
    let text =
      KernelTables.gemm + "ideal,bf16,1,2,x,s,5\nideal,bf16,1024,1024,1024,s,-3\n"
      + "ideal,bf16,1024,1024,1024,s,30\n"
    var predicted = 0
    do {
      try KernelTables.validation().forEachRow(of: CSVReader(text: text, name: "t.csv")) { _, _ in
      } row: { _ in
        predicted += 1
      }
      Issue.record("a bad number must be told")
    } catch let error as CSVError {
      #expect(
        error.faults.map(\.description) == [
          "t.csv:2: k: 'x' is not a finite number. Write one such as 12.5 or 3e6.",
          "t.csv:3: time_us: '-3' is not a plausible number above 0. Write one such as 12.5 or "
            + "3e6.",
        ])
    }
    #expect(predicted == 1)
  }

  @Test("numbers beyond all reason are faults, not crashes")
  func absurd() {
    let hostile = ["0", "1e300", "99999999999999999999", "-1"]
    for number in hostile {
      let tables = [
        KernelTables.gemm + "ideal,bf16,\(number),8,8,s,5\n",
        "device,collective,ranks,bytes,time_us\nideal,all_reduce,\(number),8,5\n",
        """
        device,precision,tokens,hidden,expert_ffn,top_k,experts,expert_tensor,expert_parallel,\
        distribution,kernel,time_us
        ideal,bf16,64,8,8,2,\(number),1,1,balanced,k,5

        """,
      ]
      for text in tables {
        #expect(throws: CSVError.self) { try KernelTables.rows(text) }
      }
    }
  }
}

@Suite("Validation against kernel tables")
struct KernelValidationTests {
  @Test("a product on the ideal device takes its roofline")
  func product() throws {
    // 2 · 4096³ FLOP / 100 TFLOP/s = 1374.39 us; measured 1250: 10 % long.
    let row = try #require(
      KernelTables.rows(KernelTables.gemm + "ideal,bf16,4096,4096,4096,s,1249.44\n").first)
    #expect(row.status == "predicted")
    let predicted = try #require(row.predicted)
    #expect(abs(predicted / .microsecond - 1374.39) < 0.01)
    let error = try #require(row.relativeError)
    #expect(abs(error - 0.1) < 1e-4)
    #expect(row.fields == ["ideal", "bf16", "4096", "4096", "4096", "s", "1249.44"])
  }

  @Test("rows that no curve describes are skipped with the reason")
  func skipped() throws {
    let statuses = try KernelTables.rows(
      KernelTables.gemm
        + "other,bf16,8,8,8,s,5\nideal,int8,8,8,8,s,5\nideal,fp8,8,8,8,s,5\n"
    ).map(\.status)
    #expect(
      statuses == [
        "skipped: no profile of 'other'", "skipped: no curve for precision 'int8'", "predicted",
      ])
  }

  @Test("a row beyond the shapes of the fit says so, and the summary counts it")
  func beyondTheFit() throws {
    var machine = KernelTables.machine
    let axis = CorrectionGrid.Axis(.rows, [64, 1024])
    machine.profile.matrix[.bf16]?.correction = CorrectionGrid(axes: [axis], factors: [1, 1])
    let validation = KernelValidation { _ in .known(machine) }
    let text = KernelTables.gemm + "ideal,bf16,64,8,8,s,5\nideal,bf16,2048,8,8,s,5\n"
    var summary = KernelErrorSummary()
    var statuses: [String] = []
    try validation.forEachRow(of: CSVReader(text: text, name: "table.csv")) { _, _ in
    } row: {
      summary.add($0)
      statuses.append($0.status)
    }
    #expect(statuses == ["predicted", "predicted: beyond the shapes of the fit"])
    #expect(summary.groups[0].continued == 1)
  }

  @Test("a device that no fabric lists has its products predicted, and its collectives skipped")
  func noFabric() throws {
    var machine = KernelTables.machine
    machine.link = nil
    let validation = KernelValidation { _ in .known(machine) }
    func status(_ text: String) throws -> String {
      var status = ""
      try validation.forEachRow(of: CSVReader(text: text, name: "table.csv")) { _, _ in
      } row: {
        status = $0.status
      }
      return status
    }
    #expect(try status(KernelTables.gemm + "ideal,bf16,64,8,8,s,5\n") == "predicted")
    let collective = "device,collective,ranks,bytes,time_us\nideal,all_reduce,8,1000,5\n"
    #expect(try status(collective) == "skipped: no fabric lists the device")
  }

  @Test("collectives are read by the library's names")
  func collective() throws {
    let rows = try KernelTables.rows(
      "device,collective,ranks,bytes,source,time_us\n"
        + "ideal,alltoall,8,8000000,s,70\nideal,broadcast,8,8,s,5\n")
    // 7 of 8 MB at 100 GB/s: 70 us.
    #expect(abs((rows[0].predicted ?? .zero) / .microsecond - 70) < 1e-9)
    #expect(rows[1].status == "skipped: no curve for collective 'broadcast'")
  }

  @Test("a dispatch sends FP8 tokens, a combine brings 16 bits back")
  func exchange() throws {
    let rows = try KernelTables.rows(
      "device,phase,nodes,hidden,tokens,top_k,experts,sms,source,time_us\n"
        + "ideal,dispatch,1,1000,1000,8,64,20,s,50\nideal,combine,1,1000,1000,8,64,20,s,50\n")
    // 1 MB · 5.2511 ranks visited · 7/8 elsewhere / 100 GB/s = 45.947 us, and twice that.
    #expect(abs((rows[0].predicted ?? .zero) / .microsecond - 45.947) < 0.001)
    #expect(abs((rows[1].predicted ?? .zero) / .microsecond - 91.894) < 0.001)
  }

  @Test("a balanced fused layer computes its share of the rows")
  func fusedExperts() throws {
    let rows = try KernelTables.rows(
      """
      device,precision,tokens,hidden,expert_ffn,top_k,experts,expert_tensor,expert_parallel,\
      distribution,kernel,source,time_us
      ideal,bf16,8192,4096,4096,2,8,2,4,balanced,k,s,1000
      ideal,bf16,8192,4096,4096,2,8,2,4,zigzag,k,s,1000

      """)
    // 8192 · 2 / 4 = 4096 rows of two experts, slices of 2048, gated:
    // 2 · 4096 · 4096 · 3 · 2048 / 100 TFLOP/s = 2061.58 us. Passes at 1 TB/s:
    // (8192 · 4096 + 2 · 4096 · 4096 + 3 · 4096 · 2048) · 2 bytes = 184.55 us.
    #expect(abs((rows[0].predicted ?? .zero) / .microsecond - 2246.13) < 0.05)
    #expect(
      rows[1].status.hasPrefix("skipped: no curve for precision 'bf16', distribution 'zigzag'"))
  }

  @Test("training kernels are read pass by pass")
  func training() throws {
    let rows = try KernelTables.rows(
      """
      device,kernel,pass_,groups,m,n,k,output,accumulate,batch,seq,heads,kv_heads,qk_head_dim,\
      v_head_dim,time_us
      ideal,gemm,wgrad,1,4096,2048,8192,fp32,True,,,,,,,1000
      ideal,grouped_gemm,forward,8,1024,4096,4096,bf16,False,,,,,,,1000
      ideal,attention,backward,,,,,,,1,1024,10,2,128,128,1000
      ideal,attention,sideways,,,,,,,1,1024,10,2,128,128,1000

      """)
    // 2 · 4096 · 2048 · 8192 / 100 TFLOP/s.
    #expect(abs((rows[0].predicted ?? .zero) / .microsecond - 1374.39) < 0.01)
    // 2 · 8192 · 4096² / 100 TFLOP/s.
    #expect(abs((rows[1].predicted ?? .zero) / .microsecond - 2748.78) < 0.01)
    // 2.5 · 2 · 10 · 1024 · 1025 / 2 · 256 FLOP / 100 TFLOP/s.
    #expect(abs((rows[2].predicted ?? .zero) / .microsecond - 67.175) < 0.01)
    #expect(rows[3].status == "skipped: no curve for kernel 'attention', pass_ 'sideways'")
  }

  @Test("the summary tells median, 90th percentile and bias, by device and precision")
  func summary() throws {
    // Predicted 1374.39 us each: measured 1374.39 / 1.1, / 1.2, / 0.7 gives +10, +20 and −30 %.
    let times = [1249.44, 1145.32, 1963.41].map { "ideal,bf16,4096,4096,4096,s,\($0)\n" }
    var summary = KernelErrorSummary()
    let text = KernelTables.gemm + times.joined() + "other,fp8,8,8,8,s,5\n"
    for row in try KernelTables.rows(text) { summary.add(row) }
    let groups = summary.groups
    #expect(groups.map(\.device) == ["ideal", "other", "all"])
    #expect(groups.map(\.rows) == [3, 1, 4])
    #expect(groups.map(\.skipped) == [0, 1, 1])
    #expect(abs((groups[0].median ?? 0) - 0.2) < 1e-4)
    // Position 2 · 0.9 = 1.8 of 10, 20 and 30 %: 28 %.
    #expect(abs((groups[0].p90 ?? 0) - 0.28) < 1e-4)
    #expect(abs((groups[0].bias ?? 0) - 0.1) < 1e-4)
    #expect(groups[1].median == nil)
  }
}
