# ENV/APPID[,APPID…], or SOURCE_TYPE/ENV/APPID[,APPID…] for an environment with a source type
terraform import cloudbase_env_share_confirmation.shops prod-env-6gni9ity244a6ea3/wx5fe6bb43205e9e07,wx075cf85bf347b6df
