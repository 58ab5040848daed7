# ENV/APPID[,APPID…]
terraform import cloudbase_env_share.tea_house tea-house-7gfwxe92efb3aa38/wx5fe6bb43205e9e07,wx075cf85bf347b6df
