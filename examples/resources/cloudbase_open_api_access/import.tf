import {
  to = cloudbase_open_api_access.flower_shop
  id = "flower-shop-2k8d5e1f7c3a9b04"
}

resource "cloudbase_open_api_access" "flower_shop" {
  env           = "flower-shop-2k8d5e1f7c3a9b04"
  api_whitelist = ["/wxa/getwxacodeunlimit", "/wxa/msg_sec_check"]
}
