resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

action "cloudbase_resend_confirmations" "tea_house" {
  config {
    env    = cloudbase_env_share.tea_house.env
    appids = cloudbase_env_share.tea_house.appids

    requested_at = { for appid, share in cloudbase_env_share.tea_house.shares : appid => share.requested_at }
  }
}
