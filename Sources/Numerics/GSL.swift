import CGSL

/// A numerical method that could not do what was asked, with what it was doing.
public struct NumericsError: Error, CustomStringConvertible, Equatable {
  /// What was being computed, as a phrase that follows "cannot".
  public var task: String
  /// Why not, in the library's or our own words.
  public var reason: String

  public init(task: String, reason: String) {
    self.task = task
    self.reason = reason
  }

  public var description: String { "cannot \(task): \(reason)" }
}

/// Turns off GSL's handler, which would end the process, the first time that anything needs GSL.
///
/// From then on every call answers with a code, and `check` throws what it means.
private let handlerIsOff: Bool = {
  gsl_set_error_handler_off()
  return true
}()

func useGSL() {
  precondition(handlerIsOff)
}

/// Throws what a GSL return code means, unless it means success.
func check(_ code: Int32, _ task: String) throws {
  guard code != Int32(GSL_SUCCESS) else { return }
  throw NumericsError(task: task, reason: String(cString: gsl_strerror(code)))
}

/// A Swift closure of one variable as GSL takes functions: a C function and a pointer to its data.
final class ScalarFunction {
  let evaluate: (Double) -> Double

  init(_ evaluate: @escaping (Double) -> Double) {
    self.evaluate = evaluate
  }

  func withGSL<Result>(
    _ body: (UnsafeMutablePointer<gsl_function>) throws -> Result
  ) rethrows -> Result {
    var function = gsl_function(
      function: { x, data in
        guard let data else { return .nan }
        return Unmanaged<ScalarFunction>.fromOpaque(data).takeUnretainedValue().evaluate(x)
      },
      params: Unmanaged.passUnretained(self).toOpaque())
    return try withExtendedLifetime(self) { try body(&function) }
  }
}
