data "cloudbase_api_quota" "share" {
  path = "/componenttcb/batchshareenv"
}

check "quota_of_share" {
  assert {
    # Null, where the API says no number, is no alarm.
    condition     = coalesce(data.cloudbase_api_quota.share.remaining, 1000) >= 100
    error_message = "Only ${coalesce(data.cloudbase_api_quota.share.remaining, 0)} calls to share are left today."
  }
}
