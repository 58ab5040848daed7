import {
  to = cloudbase_env_share_confirmation.shops
  identity = {
    env    = "prod-env-6gni9ity244a6ea3"
    appids = ["wx075cf85bf347b6df", "wx5fe6bb43205e9e07"]
  }
}
