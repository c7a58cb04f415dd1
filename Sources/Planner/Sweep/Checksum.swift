/// The FNV-1a hash of some bytes in 16 hexadecimal digits (draft-eastlake-fnv): it tells files apart, and
/// keeps nobody from forging one.
public func checksum(_ bytes: some Sequence<UInt8>) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
