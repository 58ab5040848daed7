list "cloudbase_env_share" "flower_shop" {
  provider         = cloudbase
  include_resource = true

  config {
    appids = ["wxd4b82f60c1e7a935", "wx19e6a3c07f5d2b48"]
  }
}
