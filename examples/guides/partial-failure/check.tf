resource "cloudbase_env_share" "shops" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

check "every_mini_program_is_shared_to" {
  assert {
    condition     = alltrue([for share in cloudbase_env_share.shops.shares : share.status != "failed"])
    error_message = "Some mini programs were refused: ${join(", ", [for appid, share in cloudbase_env_share.shops.shares : appid if share.status == "failed"])}."
  }
}
