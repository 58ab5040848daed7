resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

resource "cloudbase_env_share_confirmation" "tea_house" {
  env    = cloudbase_env_share.tea_house.env
  appids = cloudbase_env_share.tea_house.appids

  timeouts = {
    create = "2h"
  }
}

# Whatever needs the shares to be in effect waits for the confirmation, not for the share.
resource "terraform_data" "release" {
  input      = "v42"
  depends_on = [cloudbase_env_share_confirmation.tea_house]
}
