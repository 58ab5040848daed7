resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

locals {
  # A request without a time is left out: nobody knows when it was sent.
  stale = [
    for appid, share in cloudbase_env_share.tea_house.shares : appid
    if share.requested_at == null ? false : timecmp(timeadd(share.requested_at, "168h"), plantimestamp()) < 0
  ]
}

check "requests_are_fresh" {
  assert {
    condition     = length(local.stale) == 0
    error_message = "Administrators have not confirmed for a week: ${join(", ", local.stale)}."
  }
}
