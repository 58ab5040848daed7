variable "appids" {
  type    = list(string)
  default = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df", "wx8a1c3f0be2d94c57"]
}

resource "cloudbase_env_share" "tea_house" {
  count = length(var.appids)

  env    = "tea-house-7gfwxe92efb3aa38"
  appids = [var.appids[count.index]]
}
