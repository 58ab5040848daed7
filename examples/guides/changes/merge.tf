resource "cloudbase_env_share" "shops" {
  env = "prod-env-6gni9ity244a6ea3"
  appids = [
    "wx5fe6bb43205e9e07",
    "wx075cf85bf347b6df",
    "wx8a1c3f0be2d94c57",
  ]
}

moved {
  from = cloudbase_env_share.north
  to   = cloudbase_env_share.shops
}

removed {
  from = cloudbase_env_share.south

  lifecycle {
    destroy = false
  }
}
