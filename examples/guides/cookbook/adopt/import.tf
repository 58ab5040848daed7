# import.tf
data "cloudbase_env_shares" "existing" {
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df", "wx8a1c3f0be2d94c57"]
}

import {
  for_each = data.cloudbase_env_shares.existing.appids_by_env
  to       = cloudbase_env_share.merchant[each.key]
  id       = "${each.key}/${join(",", each.value)}"
}

resource "cloudbase_env_share" "merchant" {
  for_each = data.cloudbase_env_shares.existing.appids_by_env

  env    = each.key
  appids = each.value
}

output "found" {
  value = join("", flatten([
    "environment,appid\n",
    [for env, appids in data.cloudbase_env_shares.existing.appids_by_env : [
      for appid in appids : "${env},${appid}\n"
    ]],
  ]))
}
