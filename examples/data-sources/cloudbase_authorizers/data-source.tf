data "cloudbase_authorizers" "all" {
  component_appid = "wxaaaaaaaaaaaaaaa1"
  permissions     = true
}

# Share only with the mini programs that have granted permission set 18.
resource "cloudbase_env_share" "tea_house" {
  env = "tea-house-7gfwxe92efb3aa38"
  appids = [
    for account in data.cloudbase_authorizers.all.authorizers : account.appid
    if contains(account.permission_sets, 18)
  ]
}
