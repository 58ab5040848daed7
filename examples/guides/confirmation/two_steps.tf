variable "wait" {
  description = "Whether to wait for the administrators: not in the run that asks them, and always from then on."
  type        = bool
  default     = false
}

resource "cloudbase_env_share" "shops" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

resource "cloudbase_env_share_confirmation" "shops" {
  count = var.wait ? 1 : 0

  env    = cloudbase_env_share.shops.env
  appids = cloudbase_env_share.shops.appids
}

output "confirm_urls" {
  value = {
    for appid, share in cloudbase_env_share.shops.shares : appid => share.confirm_url
    if share.status == "pending"
  }
}
