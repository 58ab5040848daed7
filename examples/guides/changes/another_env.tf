resource "cloudbase_env_share" "shops" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

resource "cloudbase_env_share" "shops_v2" {
  env    = "prod-v2-1g5fhz2k9c0d7e61"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}
