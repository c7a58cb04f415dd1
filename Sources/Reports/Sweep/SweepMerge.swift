import Glibc

/// Joins the shards of a sweep into the file that one process would have written, byte by byte.
///
/// - Parameters:
///   - path: The file of the whole sweep.
///   - count: The number of shards, which stand beside it.
/// - Returns: The bytes written.
public func mergeShards(into path: String, count: Int) throws -> Int {
  let shards = try (1...count).map { number in
    guard let shard = SweepShard(number, of: count) else {
      throw SweepFileFault(path: path, reason: "has no shard \(number) of \(count).")
    }
    return shard.path(of: path)
  }
  try checkName(path)
  try checkShards(shards)
  let part = path + ".part"
  let whole = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard whole >= 0 else { throw fault(part) }
  defer { close(whole) }
  var bytes = 0
  for (index, shard) in shards.enumerated() {
    bytes += try copy(shard, to: whole, withHeader: index == 0, for: part)
  }
  try settle(whole, for: part)
  guard rename(part, path) == 0 else { throw fault(path) }
  try settleFolder(parent(of: path), for: path)
  return bytes
}

/// Every shard is finished, as long as its journal says, and of one sweep.
private func checkShards(_ shards: [String]) throws {
  var identity: SweepIdentity?
  for (index, shard) in shards.enumerated() {
    guard let text = readText(shard + ".journal"), let journal = SweepJournal(text) else {
      throw SweepFileFault(
        path: shard, reason: "is not there, or its journal is not. Run that shard.")
    }
    guard journal.isDone, size(of: shard) == journal.bytes else {
      throw SweepFileFault(path: shard, reason: "is not finished. Run that shard with '--resume'.")
    }
    guard let own = SweepIdentity(word: journal.identity),
      own.shard == SweepShard(index + 1, of: shards.count),
      journal.chunks == own.shard.chunks(of: own.chunks).count
    else {
      throw SweepFileFault(
        path: shard, reason: "holds the rows of another shard. Run that shard again.")
    }
    guard identity == nil || identity?.isOfSweep(own) == true else {
      throw SweepFileFault(
        path: shard, reason: "is of another sweep than \(shards[0]). Run it with the same inputs.")
    }
    identity = own
  }
}

private func size(of path: String) -> Int {
  var status = stat()
  return stat(path, &status) == 0 ? Int(status.st_size) : -1
}

/// Copies a file without reading it whole; all but the first shard leave out their header line.
private func copy(
  _ shard: String, to whole: Int32, withHeader: Bool, for path: String
) throws -> Int {
  guard let file = fopen(shard, "r") else { throw fault(shard) }
  defer { fclose(file) }
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  var isInHeader = !withHeader
  var bytes = 0
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    guard count > 0 else { return bytes }
    var piece = buffer[..<count]
    if isInHeader, let end = piece.firstIndex(of: UInt8(ascii: "\n")) {
      piece = piece[(end + 1)...]
      isInHeader = false
    } else if isInHeader {
      continue
    }
    try put(piece, to: whole, for: path)
    bytes += piece.count
  }
}
