import Hardware
import Units

extension MatrixCurve {
  var yaml: YAMLText.Fields {
    var fields: YAMLText.Fields = [
      ("efficiency", .number(efficiency)), ("k_ramp", .number(kRamp)),
      ("tile_overhead", .number(tileOverhead)), ("split_cost", .time(splitCost)),
      ("bandwidth_efficiency", .number(bandwidthEfficiency)),
    ]
    if cache > .zero { fields.append(("cache", .word("\(YAMLText.digits(cache.value / 1e6)) MB"))) }
    fields += [("launch", .time(launch)), ("blend", .number(blend))]
    if conversionBytes > 0 { fields.append(("conversion_bytes", .number(conversionBytes))) }
    fields += slowdowns(inputGradientSlowdown, weightGradientSlowdown)
    return fields + quality.yaml + correction.yaml
  }
}

extension GroupedMatrixCurve {
  var yaml: YAMLText.Fields {
    [
      ("efficiency", .number(efficiency)), ("k_ramp", .number(kRamp)),
      ("row_tile", .number(rowTile)), ("bandwidth_efficiency", .number(bandwidthEfficiency)),
      ("launch", .time(launch)), ("per_expert", .time(perExpert)), ("blend", .number(blend)),
    ] + slowdowns(inputGradientSlowdown, weightGradientSlowdown) + quality.yaml + correction.yaml
  }
}

private func slowdowns(_ inputGradient: Double, _ weightGradient: Double) -> YAMLText.Fields {
  var fields: YAMLText.Fields = []
  if inputGradient != 1 { fields.append(("input_gradient_slowdown", .number(inputGradient))) }
  if weightGradient != 1 { fields.append(("weight_gradient_slowdown", .number(weightGradient))) }
  return fields
}

extension FusedExpertsCurve {
  var yaml: YAMLText.Fields {
    [
      ("kernel", .word(YAMLText.quoted(kernel))), ("format", .word(format.rawValue)),
      ("gated", .word(gated ? "true" : "false")), ("product", .table(product.yaml)),
      ("token_passes", .number(tokenPasses)), ("row_passes", .number(rowPasses)),
      ("inner_passes", .number(innerPasses)),
    ] + quality.yaml + corrections.yaml
  }
}

extension AttentionCurve {
  var yaml: YAMLText.Fields {
    [
      ("efficiency", .number(efficiency)), ("sequence_ramp", .number(sequenceRamp)),
      ("width_ramp", .number(widthRamp)), ("head_ramp", .number(headRamp)),
      ("wave_exponent", .number(waveExponent)),
      ("bandwidth_efficiency", .number(bandwidthEfficiency)), ("launch", .time(launch)),
      ("backward_slowdown", .number(backwardSlowdown)), ("cache_passes", .number(cachePasses)),
    ] + quality.yaml + correction.yaml
  }
}

extension MemoryCurve {
  var yaml: YAMLText.Fields {
    var fields: YAMLText.Fields = [
      ("efficiency", .number(efficiency)), ("launch", .time(launch)),
    ]
    let each = passes.sorted { $0.key < $1.key }.map { name, pass in
      (
        key: name,
        value: YAMLText.table([
          ("efficiency", .number(pass.efficiency)), ("launch", .time(pass.launch)),
        ])
      )
    }
    if !each.isEmpty { fields.append(("passes", .table(each))) }
    return fields
  }
}

extension CollectiveCurve {
  var yaml: YAMLText.Fields {
    let protocols = protocols.map { each in
      YAMLText.table([
        ("latency", .time(each.latency)), ("latency_per_step", .time(each.latencyPerStep)),
        ("efficiency", .number(each.efficiency)),
      ])
    }
    return [
      ("protocols", .list(protocols)), ("crowding", .number(crowding)),
      ("scale_out_efficiency", .number(scaleOutEfficiency)),
    ] + quality.yaml + correction.yaml
  }
}

extension ExchangeCurve {
  var yaml: YAMLText.Fields {
    var fields: YAMLText.Fields = [
      ("dispatch", .table(dispatch.yaml)), ("combine", .table(combine.yaml)),
    ]
    if let curve = dispatchBetweenDomains {
      fields.append(("dispatch_between_domains", .table(curve.yaml)))
    }
    if let curve = combineBetweenDomains {
      fields.append(("combine_between_domains", .table(curve.yaml)))
    }
    fields += [
      ("compute_units", .number(computeUnits)), ("ranks_per_domain", .integer(ranksPerDomain)),
    ]
    if let network = tableNetwork {
      let told: YAMLText.Fields = [
        ("domains", .integer(network.domains)), ("share", .number(network.share)),
      ]
      fields.append(("table_network", .table(told)))
    }
    return fields
  }
}

extension ExchangePhaseCurve {
  fileprivate var yaml: YAMLText.Fields {
    var fields: YAMLText.Fields = [("launch", .time(launch))]
    if let copying {
      let cost: YAMLText.Fields = [
        ("unit_rate", .word("\(YAMLText.digits(copying.unitRate / .GBps)) GB/s")),
        ("unit_exponent", .number(copying.unitExponent)),
        ("copy_share", .number(copying.copyShare)), ("per_token", .time(copying.perToken)),
        ("per_choice", .time(copying.perChoice)),
      ]
      fields.append(("copying", .table(cost)))
    }
    return fields + [
      ("scale_up_efficiency", .number(scaleUpEfficiency)),
      ("scale_out_efficiency", .number(scaleOutEfficiency)), ("blend", .number(blend)),
    ] + quality.yaml + corrections.yaml
  }
}

extension TrainingFactors {
  var yaml: YAMLText.Fields {
    [
      ("matrix", .number(matrix)), ("grouped_matrix", .number(groupedMatrix)),
      ("grouped_per_expert", .time(groupedPerExpert)), ("attention", .number(attention)),
    ] + quality.yaml
  }
}

extension FitQuality? {
  fileprivate var yaml: YAMLText.Fields {
    guard let self else { return [] }
    let fields: YAMLText.Fields = [
      ("points", .integer(self.points)), ("held_back_median", .number(self.heldBackMedian)),
      ("held_back_p90", .number(self.heldBackP90)),
    ]
    return [("quality", .table(fields))]
  }
}

extension CorrectionGrid {
  fileprivate var yaml: YAMLText {
    let axes = axes.map { axis in
      YAMLText.table([
        ("variable", .word(axis.variable.rawValue)),
        ("knots", .list(axis.knots.map(YAMLText.number))),
      ])
    }
    return .table([("axes", .list(axes)), ("factors", .list(factors.map(YAMLText.number)))])
  }
}

extension CorrectionGrid? {
  fileprivate var yaml: YAMLText.Fields { map { [("correction", $0.yaml)] } ?? [] }
}

extension [CorrectionGrid] {
  fileprivate var yaml: YAMLText.Fields {
    isEmpty ? [] : [("corrections", .list(map(\.yaml)))]
  }
}
