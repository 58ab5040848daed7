data "cloudbase_open_api_access" "flower_shop" {
  env = "flower-shop-2k8d5e1f7c3a9b04"
}

output "open_apis" {
  value = data.cloudbase_open_api_access.flower_shop.api_whitelist
}

# A warning with each plan while the account's WeChat tokens are switched off.
check "wechat_tokens" {
  assert {
    condition     = coalesce(data.cloudbase_open_api_access.flower_shop.enabled, true)
    error_message = "The WeChat tokens of the account are switched off: no environment can call open APIs."
  }
}
