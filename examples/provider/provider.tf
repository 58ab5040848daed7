terraform {
  required_providers {
    cloudbase = {
      source = "wxopen/cloudbase"
    }
  }
}

# One environment for each merchant, shared with that merchant's mini programs. The access token comes from
# the environment variable CLOUDBASE_COMPONENT_ACCESS_TOKEN.
resource "cloudbase_env_share" "bakery" {
  env    = "bakery-4h8e1c6a2f9d3b70"
  appids = ["wx3b9d2f7a1c8e4056", "wx6a0f4c8e2d7b1935"]
}

# Where the administrators of the mini programs confirm.
output "bakery_links" {
  value = {
    for appid, share in cloudbase_env_share.bakery.shares : appid => share.confirm_url
    if share.status == "pending"
  }
}
