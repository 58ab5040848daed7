import {
  to = cloudbase_env_share_confirmation.flower_shop
  identity = {
    env    = "flower-shop-2k8d5e1f7c3a9b04"
    appids = ["wx19e6a3c07f5d2b48", "wxd4b82f60c1e7a935"]
  }
}

resource "cloudbase_env_share_confirmation" "flower_shop" {
  env    = "flower-shop-2k8d5e1f7c3a9b04"
  appids = ["wxd4b82f60c1e7a935", "wx19e6a3c07f5d2b48"]
}
