resource "cloudbase_env_share" "shops" {
  env    = "prod-env-6gni9ity244a6ea3"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

resource "cloudbase_env_share_confirmation" "shops" {
  env    = cloudbase_env_share.shops.env
  appids = cloudbase_env_share.shops.appids

  timeouts = {
    create = "2h"
  }
}

# Whatever needs the shares to be in effect waits for the confirmation, not for the share.
resource "terraform_data" "release" {
  input      = "v42"
  depends_on = [cloudbase_env_share_confirmation.shops]
}
