variable "appids" {
  description = "Mini programs of the platform."
  type        = set(string)
  default     = ["wxd4b82f60c1e7a935", "wx19e6a3c07f5d2b48"]
}

data "cloudbase_env_shares" "existing" {
  appids = var.appids
}

# One import block for every share there is (Terraform 1.7, OpenTofu 1.8). The id has no source type: for
# cloud hosting put "1/" in front, and set source_type = 1 in the data source and the resource.
import {
  for_each = data.cloudbase_env_shares.existing.appids_by_env
  to       = cloudbase_env_share.existing[each.key]
  id       = "${each.key}/${join(",", each.value)}"
}

# After the import, replace the data source by what it has found: a configuration that follows
# what is there never corrects it.
resource "cloudbase_env_share" "existing" {
  for_each = data.cloudbase_env_shares.existing.appids_by_env

  env    = each.key
  appids = each.value
}

output "found" {
  value = data.cloudbase_env_shares.existing.appids_by_env
}
