# platform/main.tf
terraform {
  required_providers {
    cloudbase = {
      source = "wxopen/cloudbase"
    }
  }
}

variable "merchants" {
  description = "The mini programs of each environment of the platform."
  type        = map(set(string))
}

resource "cloudbase_env_share" "merchant" {
  for_each = var.merchants

  env    = each.key
  appids = each.value
}

output "confirm_urls" {
  value = merge([
    for merchant in cloudbase_env_share.merchant : {
      for appid, share in merchant.shares : appid => share.confirm_url
      if share.status == "pending"
    }
  ]...)
}
