# ENV/APPID[,APPID…], or SOURCE_TYPE/ENV/APPID[,APPID…] for an environment with a source type.
import {
  to = cloudbase_env_share.flower_shop
  id = "flower-shop-2k8d5e1f7c3a9b04/wxd4b82f60c1e7a935,wx19e6a3c07f5d2b48"
}

resource "cloudbase_env_share" "flower_shop" {
  env    = "flower-shop-2k8d5e1f7c3a9b04"
  appids = ["wxd4b82f60c1e7a935", "wx19e6a3c07f5d2b48"]
}
