locals {
  merchants = {
    tea_house = {
      name   = "山间茶馆"
      env    = "tea-house-7gfwxe92efb3aa38"
      appids = { wx5fe6bb43205e9e07 = "山间茶馆", wx075cf85bf347b6df = "山间茶馆外卖" }
    }
    book_shop = {
      name   = "河畔书店"
      env    = "book-shop-1g5fhz2k9c0d7e61"
      appids = { wx8a1c3f0be2d94c57 = "河畔书店" }
    }
  }
}

resource "cloudbase_env_share" "merchant" {
  for_each = local.merchants

  env    = each.value.env
  appids = keys(each.value.appids)
}

# One page for each merchant: a link is for the administrator of one mini program.
output "confirmation_pages" {
  # Not secret, but too long for the terminal: plan and apply leave it out.
  sensitive = true
  value = {
    for key, merchant in local.merchants : key => provider::cloudbase::confirmation_page(
      [cloudbase_env_share.merchant[key]],
      {
        from      = "云帆科技"
        names     = merchant.appids
        env_names = { (merchant.env) = "${merchant.name}生产环境" }
        note      = "如有疑问，请联系您的客户经理。"
      },
    )
  }
}

# All of them on one, for those who make the calls.
output "confirmation_page" {
  sensitive = true
  value = provider::cloudbase::confirmation_page(values(cloudbase_env_share.merchant), {
    title = "待确认的环境共享"
    names = merge(values(local.merchants)[*].appids...)
  })
}
