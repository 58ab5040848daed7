removed {
  from = cloudbase_env_share.tea_house

  lifecycle {
    destroy = false
  }
}
