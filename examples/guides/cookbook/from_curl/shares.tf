# shares.tf
resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

# What msg_info_list was read for.
output "confirm_urls" {
  value = {
    for appid, share in cloudbase_env_share.tea_house.shares : appid => share.confirm_url
    if share.status == "pending"
  }
}
