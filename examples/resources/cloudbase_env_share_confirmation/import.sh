# ENV/APPID[,APPID…], or SOURCE_TYPE/ENV/APPID[,APPID…] for an environment with a source type
terraform import cloudbase_env_share_confirmation.flower_shop flower-shop-2k8d5e1f7c3a9b04/wxd4b82f60c1e7a935,wx19e6a3c07f5d2b48
