# found.tfquery.hcl
list "cloudbase_env_share" "found" {
  provider = cloudbase
  limit    = 1000

  config {
    appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df", "wx8a1c3f0be2d94c57"]
  }
}
