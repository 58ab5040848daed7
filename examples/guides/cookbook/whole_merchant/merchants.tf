# merchants.tf
locals {
  merchants = {
    tea_house = {
      env    = "tea-house-7gfwxe92efb3aa38"
      appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
    }
    book_shop = {
      env    = "book-shop-1g5fhz2k9c0d7e61"
      appids = ["wx8a1c3f0be2d94c57"]
    }
  }
}

# One upload for all environments, before anybody is asked: a share works from the moment it is confirmed.
resource "cloudbase_auth_function" "all" {
  envs   = [for merchant in local.merchants : merchant.env]
  source = "cloudbase_auth.zip"
}

resource "cloudbase_env_share" "merchant" {
  for_each = local.merchants

  env    = each.value.env
  appids = each.value.appids

  depends_on = [cloudbase_auth_function.all]
}

# What the code in the environments may call of WeChat.
resource "cloudbase_open_api_access" "merchant" {
  for_each = local.merchants

  env           = each.value.env
  api_whitelist = ["/wxa/msg_sec_check"]
}

output "confirm_urls" {
  value = merge([for share in cloudbase_env_share.merchant : {
    for appid, one in share.shares : appid => one.confirm_url if one.status == "pending"
  }]...)
}
