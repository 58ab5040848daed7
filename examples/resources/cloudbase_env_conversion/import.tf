import {
  to = cloudbase_env_conversion.flower_shop
  id = "flower-shop-2k8d5e1f7c3a9b04"
}

resource "cloudbase_env_conversion" "flower_shop" {
  env = "flower-shop-2k8d5e1f7c3a9b04"
}
