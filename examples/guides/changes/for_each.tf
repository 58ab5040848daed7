variable "mini_programs" {
  type = map(string)
  default = {
    ordering = "wx5fe6bb43205e9e07"
    members  = "wx075cf85bf347b6df"
    tickets  = "wx8a1c3f0be2d94c57"
  }
}

resource "cloudbase_env_share" "tea_house" {
  for_each = var.mini_programs

  env    = "tea-house-7gfwxe92efb3aa38"
  appids = [each.value]
}

moved {
  from = cloudbase_env_share.tea_house[0]
  to   = cloudbase_env_share.tea_house["ordering"]
}

moved {
  from = cloudbase_env_share.tea_house[1]
  to   = cloudbase_env_share.tea_house["members"]
}

moved {
  from = cloudbase_env_share.tea_house[2]
  to   = cloudbase_env_share.tea_house["tickets"]
}
