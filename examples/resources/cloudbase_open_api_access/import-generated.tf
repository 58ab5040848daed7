import {
  to       = cloudbase_open_api_access.flower_shop
  provider = cloudbase
  id       = "flower-shop-2k8d5e1f7c3a9b04"
}
