resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

check "every_mini_program_is_shared_to" {
  assert {
    condition     = alltrue([for share in cloudbase_env_share.tea_house.shares : share.status != "failed"])
    error_message = "Some mini programs were refused: ${join(", ", [for appid, share in cloudbase_env_share.tea_house.shares : appid if share.status == "failed"])}."
  }
}
