# For an environment of cloud hosting: "1/${provider::cloudbase::share_id(…)}".
import {
  to = cloudbase_env_share.shops
  id = provider::cloudbase::share_id("prod-env-6gni9ity244a6ea3", ["wx5fe6bb43205e9e07"])
}

resource "cloudbase_env_share" "shops" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07"]
}
