# ENV/APPID[,APPID…]
terraform import cloudbase_env_share.tea_house tea-house-7gfwxe92efb3aa38/wx5fe6bb43205e9e07,wx075cf85bf347b6df

# SOURCE_TYPE/ENV/APPID[,APPID…], for an environment with a source type
terraform import cloudbase_env_share.hosted 1/hosting-env-3gk8s6bd0f1c2a94/wx5fe6bb43205e9e07
