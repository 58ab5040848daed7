import {
  to       = cloudbase_auth_function.flower_shop
  provider = cloudbase
  id       = "flower-shop-2k8d5e1f7c3a9b04"
}
