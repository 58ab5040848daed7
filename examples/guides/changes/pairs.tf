variable "shares" {
  description = "The mini programs of each environment."
  type        = map(set(string))
  default = {
    "tea-house-7gfwxe92efb3aa38" = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
    "book-shop-1g5fhz2k9c0d7e61" = ["wx8a1c3f0be2d94c57"]
  }
}

locals {
  pairs = merge([
    for env, appids in var.shares : {
      for appid in appids : "${env}/${appid}" => { env = env, appid = appid }
    }
  ]...)
}

resource "cloudbase_env_share" "pair" {
  for_each = local.pairs

  env    = each.value.env
  appids = [each.value.appid]
}

output "confirm_urls" {
  value = {
    for pair, share in cloudbase_env_share.pair : pair => share.shares[local.pairs[pair].appid].confirm_url
    if share.shares[local.pairs[pair].appid].status == "pending"
  }
}
