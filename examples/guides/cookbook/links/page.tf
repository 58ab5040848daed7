# page.tf
locals {
  names = zipmap(local.rows[*].appid, local.rows[*].name)
}

# A page for each merchant with something to confirm: what others are to confirm is not on it.
output "confirmation_pages" {
  sensitive = true # not printed by each apply; it is no secret
  value = {
    for env, merchant in cloudbase_env_share.merchant : env => provider::cloudbase::confirmation_page(
      [merchant], { names = local.names }
    )
    if anytrue([for share in merchant.shares : share.status == "pending"])
  }
}

# All of them on one, for those who make the calls.
output "confirmation_page" {
  sensitive = true
  value     = provider::cloudbase::confirmation_page(values(cloudbase_env_share.merchant), { names = local.names })
}
