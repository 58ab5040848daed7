# ENV/APPID[,APPID…], or SOURCE_TYPE/ENV/APPID[,APPID…] for an environment with a source type.
import {
  to = cloudbase_env_share_confirmation.tea_house
  id = "tea-house-7gfwxe92efb3aa38/wx5fe6bb43205e9e07,wx075cf85bf347b6df"
}

resource "cloudbase_env_share_confirmation" "tea_house" {
  env    = "tea-house-7gfwxe92efb3aa38"
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}
