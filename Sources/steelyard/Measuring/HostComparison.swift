import InputFiles

extension MeasureCommand {
  func compareFleets(_ catalog: Catalog, _ folder: HostFolder) throws {}
}
