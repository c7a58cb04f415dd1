import Glibc
import Testing

@testable import MoEKernel

@Suite("Linking")
struct LinkingTests {
  /// Whether a name leads whoever asks for it to this library.
  private func finds(_ name: String, in library: String) throws -> Bool {
    let handle = try #require(dlopen(library, RTLD_LAZY | RTLD_NOLOAD))
    defer { dlclose(handle) }
    return try #require(dlsym(nil, name)) == dlsym(handle, name)
  }

  // Both libraries have the first name; a fit must not depend on which processor OpenBLAS suits.
  @Test("GSL computes with its own BLAS, the layer with OpenBLAS")
  func ownLibraries() throws {
    _ = WorkerTeam(workers: 1)
    #expect(try finds("cblas_dgemm", in: "libgslcblas.so.0"))
    #expect(try !finds("cblas_dgemm", in: "libopenblas.so.0"))
    #expect(try finds("sgemm_", in: "libopenblas.so.0"))
  }
}
