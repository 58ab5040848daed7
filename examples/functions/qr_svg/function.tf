resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07"]
}

# A code for each request that is open.
output "qr_codes" {
  # Not secret, but too long for the terminal: plan and apply leave it out.
  sensitive = true
  value = {
    for appid, share in cloudbase_env_share.tea_house.shares : appid => provider::cloudbase::qr_svg(share.confirm_url)
    if share.confirm_url != null
  }
}
