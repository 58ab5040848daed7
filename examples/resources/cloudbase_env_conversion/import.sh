# The id of an environment that has been converted already
terraform import cloudbase_env_conversion.flower_shop flower-shop-2k8d5e1f7c3a9b04
