# checks.tf
locals {
  merchants = {
    "tea-house-7gfwxe92efb3aa38" = {
      appids     = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
      confirm_by = "2026-01-31T18:00:00+08:00"
    }
    "book-shop-1g5fhz2k9c0d7e61" = {
      appids     = ["wx8a1c3f0be2d94c57"]
      confirm_by = "2099-12-31T18:00:00+08:00"
    }
  }

  # The mini programs of each environment that wait for their administrators.
  open = {
    for env, merchant in cloudbase_env_share.merchant : env => [
      for appid, share in merchant.shares : appid if share.status == "pending"
    ]
  }
  late = flatten([
    for env, appids in local.open : appids
    if timecmp(local.merchants[env].confirm_by, plantimestamp()) < 0
  ])
}

resource "cloudbase_env_share" "merchant" {
  for_each = local.merchants

  env    = each.key
  appids = each.value.appids
}

check "confirmed_in_time" {
  assert {
    condition     = length(local.late) == 0
    error_message = "Not confirmed in time: ${join(", ", local.late)}."
  }
}

check "few_are_open" {
  assert {
    condition     = length(flatten(values(local.open))) <= 20
    error_message = "${length(flatten(values(local.open)))} mini programs wait for their administrators."
  }
}
