# others.tf
resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

# Of the platform whose appid is in CLOUDBASE_COMPONENT_APPID.
data "cloudbase_authorizers" "all" {}

data "cloudbase_env_shares" "all" {
  appids = data.cloudbase_authorizers.all.authorizers[*].appid
}

locals {
  managed = [for appid in cloudbase_env_share.tea_house.appids : "${cloudbase_env_share.tea_house.env}/${appid}"]
  shared = flatten([
    for env, appids in data.cloudbase_env_shares.all.appids_by_env : [for appid in appids : "${env}/${appid}"]
  ])
}

output "unmanaged" {
  description = "Shares in effect that this configuration does not have."
  value       = setsubtract(local.shared, local.managed)
}

output "not_told" {
  description = "Accounts that the API refused to tell about, and why."
  value       = data.cloudbase_env_shares.all.errors
}
