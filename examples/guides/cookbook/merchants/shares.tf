# shares.tf
locals {
  appids = { for row in local.rows : row.environment => row.appid... }
}

resource "cloudbase_env_share" "merchant" {
  for_each = local.appids

  env    = each.key
  appids = each.value

  lifecycle {
    precondition {
      condition     = length(each.value) == length(toset(each.value))
      error_message = "The environment ${each.key} has the same mini program twice: ${join(", ", each.value)}."
    }
  }
}
