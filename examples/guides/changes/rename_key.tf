variable "shops" {
  type = map(string)
  default = {
    tea_garden = "wx5fe6bb43205e9e07"
    flowers    = "wx075cf85bf347b6df"
    book_shop  = "wx8a1c3f0be2d94c57"
  }
}

resource "cloudbase_env_share" "shop" {
  for_each = var.shops

  env    = "prod-env-6gni9ity244a6ea3"
  appids = [each.value]
}

moved {
  from = cloudbase_env_share.shop["tea_house"]
  to   = cloudbase_env_share.shop["tea_garden"]
}
