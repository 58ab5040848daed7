# The id of the environment
terraform import cloudbase_open_api_access.flower_shop flower-shop-2k8d5e1f7c3a9b04
