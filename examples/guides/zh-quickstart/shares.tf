# shares.tf
locals {
  # 每个商家一个环境，只共享给该商家自己的（主体相同的）小程序
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

resource "cloudbase_env_share" "merchant" {
  for_each = local.merchants

  env    = each.value.env
  appids = each.value.appids
}

# 尚未确认的小程序的确认链接，按商家分组
output "confirm_urls" {
  value = {
    for merchant, request in cloudbase_env_share.merchant : merchant => {
      for appid, share in request.shares : appid => share.confirm_url
      if share.status == "pending"
    }
  }
}
