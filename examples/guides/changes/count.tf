variable "appids" {
  type    = list(string)
  default = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df", "wx8a1c3f0be2d94c57"]
}

resource "cloudbase_env_share" "shop" {
  count = length(var.appids)

  env    = "prod-env-6gni9ity244a6ea3"
  appids = [var.appids[count.index]]
}
