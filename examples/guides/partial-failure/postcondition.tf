resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]

  lifecycle {
    postcondition {
      condition = alltrue([for share in self.shares : share.status != "failed"])
      error_message = join("\n", concat(["Some mini programs were refused:"], [
        for appid, share in self.shares : "${appid}: ${share.error}" if share.status == "failed"
      ]))
    }
  }
}
