resource "cloudbase_env_share" "north" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

resource "cloudbase_env_share" "south" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx8a1c3f0be2d94c57"]
}
