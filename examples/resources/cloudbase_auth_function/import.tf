# ENV[,ENV…], or NAME/ENV[,ENV…] for a function with another name than cloudbase_auth.
import {
  to = cloudbase_auth_function.flower_shop
  id = "flower-shop-2k8d5e1f7c3a9b04"
}

resource "cloudbase_auth_function" "flower_shop" {
  envs = ["flower-shop-2k8d5e1f7c3a9b04"]
}
