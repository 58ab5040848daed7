resource "cloudbase_env_share" "shops" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

action "cloudbase_resend_confirmations" "shops" {
  config {
    env    = cloudbase_env_share.shops.env
    appids = cloudbase_env_share.shops.appids
  }
}

# terraform apply -invoke=action.cloudbase_resend_confirmations.shops
