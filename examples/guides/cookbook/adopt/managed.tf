# shares.tf
locals {
  rows = csvdecode(file("${path.module}/merchants.csv"))
}

resource "cloudbase_env_share" "merchant" {
  for_each = { for row in local.rows : row.environment => row.appid... }

  env    = each.key
  appids = each.value
}
