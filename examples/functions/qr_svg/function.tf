resource "cloudbase_env_share" "shop" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07"]
}

# A code for each request that is open.
output "qr_codes" {
  # Not secret, but too long for the terminal: plan and apply leave it out.
  sensitive = true
  value = {
    for appid, share in cloudbase_env_share.shop.shares : appid => provider::cloudbase::qr_svg(share.confirm_url)
    if share.confirm_url != null
  }
}
