# ENV[,ENV…], or NAME/ENV[,ENV…] for a function with another name than cloudbase_auth
terraform import cloudbase_auth_function.flower_shop flower-shop-2k8d5e1f7c3a9b04
