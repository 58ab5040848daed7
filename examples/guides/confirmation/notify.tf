resource "cloudbase_env_share" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

locals {
  confirm_urls = {
    for appid, share in cloudbase_env_share.tea_house.shares : appid => share.confirm_url
    if share.status == "pending"
  }
}

# Runs in the middle of the apply, as soon as the URLs are known, and again when they change: the plan
# after the last confirmation replaces it once more.
resource "terraform_data" "ask_administrators" {
  triggers_replace = local.confirm_urls

  provisioner "local-exec" {
    command = "sh ./ask-administrators.sh"
    environment = {
      CONFIRM_URLS = jsonencode(local.confirm_urls) # {} once everybody has confirmed
    }
  }
}

resource "cloudbase_env_share_confirmation" "tea_house" {
  env        = cloudbase_env_share.tea_house.env
  appids     = cloudbase_env_share.tea_house.appids
  depends_on = [terraform_data.ask_administrators]

  timeouts = {
    create = "2h"
  }
}
