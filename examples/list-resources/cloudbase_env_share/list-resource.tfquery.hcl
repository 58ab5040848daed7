list "cloudbase_env_share" "tea_house" {
  provider         = cloudbase
  include_resource = true

  config {
    appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
  }
}
