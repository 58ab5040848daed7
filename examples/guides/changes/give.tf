removed {
  from = cloudbase_env_share.shops

  lifecycle {
    destroy = false
  }
}
