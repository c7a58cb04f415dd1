/// How one device stands with the rules of a day, and with those that are announced by then.
public struct ExportListing: Sendable {
  public var item: ExportItem
  public var standing: ExportStanding
  /// Nil where nothing is announced that is not in force.
  public var announced: ExportStanding?

  public init(item: ExportItem, standing: ExportStanding, announced: ExportStanding?) {
    self.item = item
    self.standing = standing
    self.announced = announced
  }
}
