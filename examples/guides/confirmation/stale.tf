locals {
  # A request of which nobody knows when it was sent has no time: one that version 0.1 has sent. So has what is not pending.
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
