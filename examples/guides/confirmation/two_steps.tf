variable "wait" {
  description = "Whether to wait for the administrators: not in the run that asks them, and always from then on."
  type        = bool
  default     = false
}

resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

resource "cloudbase_env_share_confirmation" "tea_house" {
  count = var.wait ? 1 : 0

  env    = cloudbase_env_share.tea_house.env
  appids = cloudbase_env_share.tea_house.appids
}

output "confirm_urls" {
  value = {
    for appid, share in cloudbase_env_share.tea_house.shares : appid => share.confirm_url
    if share.status == "pending"
  }
}
