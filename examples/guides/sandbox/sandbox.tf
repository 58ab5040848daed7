# Endpoint and tokens come from the variables that the sandbox prints.
provider "cloudbase" {}

resource "cloudbase_env_share" "tea_house" {
  env    = "test-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

output "confirm_urls" {
  value = {
    for appid, share in cloudbase_env_share.tea_house.shares : appid => share.confirm_url
    if share.status == "pending"
  }
}
