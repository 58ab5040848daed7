resource "cloudbase_env_share" "tea_house" {
  env = "tea-house-7gfwxe92efb3aa38"
  appids = [
    "wx5fe6bb43205e9e07",
    "wx075cf85bf347b6df",
    "wx8a1c3f0be2d94c57",
  ]
}

moved {
  from = cloudbase_env_share.north
  to   = cloudbase_env_share.tea_house
}

removed {
  from = cloudbase_env_share.south

  lifecycle {
    destroy = false
  }
}
