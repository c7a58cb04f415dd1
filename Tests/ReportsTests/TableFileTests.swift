import Foundation
import Reports
import Testing

@Suite("Writing files")
struct TableFileTests {
  @Test("a file is replaced as a whole, in folders made on the way, with nothing left beside it")
  func replaces() throws {
    try withFolder { folder in
      let path = folder + "/deep/er/fleets.csv"
      try write("a long first text\n", to: path)
      try write("short\n", to: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "short\n")
      let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/deep/er")
      #expect(names == ["fleets.csv"])
    }
  }

  @Test("a path that cannot be written is told with its reason, and nothing is left")
  func refuses() throws {
    try withFolder { folder in
      try write("x", to: folder + "/file")
      #expect(throws: WriteFault(path: folder + "/file/t.csv", reason: "Not a directory")) {
        try write("x", to: folder + "/file/t.csv")
      }
      // A folder stands where the file should.
      try FileManager.default.createDirectory(
        atPath: folder + "/taken", withIntermediateDirectories: true)
      #expect(throws: WriteFault(path: folder + "/taken", reason: "Is a directory")) {
        try write("x", to: folder + "/taken")
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.sorted() == ["file", "taken"])
    }
  }

  @Test("the fault says where, why and what to do")
  func words() {
    #expect(
      WriteFault(path: "r/t.csv", reason: "Permission denied").description
        == "r/t.csv: cannot be written: Permission denied. "
        + "Name a folder that you may write to, with room left.")
  }
}
