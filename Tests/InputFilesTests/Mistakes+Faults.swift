extension Mistake {
  /// Faults of the fabric. The scenario's fleets have 1,024 and 2,048 devices and no rails.
  static let faults = [
    Mistake(
      "plan: best", "plan: best\nfaults: {}",
      """
      8: faults: needs 'slow_interfaces', 'slow_scale_up', 'slow_uplinks' or 'missing_rails'. Write \
      for example 'slow_interfaces: [{rank: 0, speed: 0.5}]'.
      """),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_interfaces: [{rank: -1, speed: 0.5}]}",
      "8: faults.slow_interfaces[1].rank: '-1' is out of range. Write a number from 0 to 9999999."),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_interfaces: [{rank: 1, speed: 2}]}",
      "8: faults.slow_interfaces[1].speed: '2' is out of range. Write a number from 0.001 to 1."),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_interfaces: [{rank: 1024, speed: 0.5}]}",
      """
      8: faults.slow_interfaces: there is no rank 1024 among the 1024 devices of 'strong', which \
      count from 0. Write 1023 at most.
      """),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_scale_up: [{rank: -1, speed: 0.5}]}",
      "8: faults.slow_scale_up[1].rank: '-1' is out of range. Write a number from 0 to 9999999."),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_scale_up: [{rank: 1, speed: 2}]}",
      "8: faults.slow_scale_up[1].speed: '2' is out of range. Write a number from 0.001 to 1."),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_scale_up: [{rank: 1024, speed: 0.5}]}",
      """
      8: faults.slow_scale_up: there is no rank 1024 among the 1024 devices of 'strong', which \
      count from 0. Write 1023 at most.
      """),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_uplinks: [{leaf: -1, speed: 0.5}]}",
      "8: faults.slow_uplinks[1].leaf: '-1' is out of range. Write a number from 0 to 9999999."),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_uplinks: [{leaf: 1, speed: 0}]}",
      "8: faults.slow_uplinks[1].speed: '0' is out of range. Write a number from 0.001 to 1."),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_uplinks: [{leaf: 1, rank: 1, speed: 0.5}]}",
      "8: faults.slow_uplinks[1].rank: unknown key. The keys here are leaf, speed."),
    Mistake(
      "plan: best", "plan: best\nfaults: {slow_uplinks: [{leaf: 128, speed: 0.5}]}",
      """
      8: faults.slow_uplinks: there is no leaf 128 among the 128 of fabric 'switched', which count \
      from 0. Write 127 at most.
      """),
    Mistake(
      "plan: best", "plan: best\nfaults: {missing_rails: 1}",
      """
      8: faults.missing_rails: fabric 'switched' has no rails that could be missing. Leave \
      'missing_rails' out.
      """),
  ]
}
