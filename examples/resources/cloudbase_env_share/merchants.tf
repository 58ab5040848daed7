variable "merchants" {
  description = "The environment of each merchant, and the mini programs that use it."
  type = map(object({
    env    = string
    appids = set(string)
  }))
  default = {
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
  for_each = var.merchants

  env    = each.value.env
  appids = each.value.appids
}

# Who has to confirm what, by merchant. Merchants without open requests are left out.
output "open_requests" {
  value = {
    for merchant, request in cloudbase_env_share.merchant : merchant => {
      for appid, share in request.shares : appid => share.confirm_url
      if share.status == "pending"
    }
    if anytrue([for share in request.shares : share.status == "pending"])
  }
}
