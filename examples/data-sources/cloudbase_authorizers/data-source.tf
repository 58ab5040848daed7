data "cloudbase_authorizers" "all" {
  component_appid = "wx3c9f1e7a5b2d8046"
  permissions     = true
}

locals {
  # The mini programs of one merchant.
  tea_house = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]

  # Those that have granted permission set 18, which sharing needs.
  granted = [
    for account in data.cloudbase_authorizers.all.authorizers : account.appid
    if contains(account.permission_sets, 18)
  ]
}

resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = setintersection(local.tea_house, local.granted)
}

output "not_granted" {
  description = "Ask their administrators to grant it."
  value       = setsubtract(local.tea_house, local.granted)
}
