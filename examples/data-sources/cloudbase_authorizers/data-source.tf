data "cloudbase_authorizers" "all" {
  component_appid = "wxaaaaaaaaaaaaaaa1"
  permissions     = true
}

# Share only with the mini programs that have granted permission set 18.
resource "cloudbase_env_share" "shops" {
  env = "prod-env-6gni9ity244a6ea3"
  appids = [
    for account in data.cloudbase_authorizers.all.authorizers : account.appid
    if contains(account.permission_sets, 18)
  ]
}
