action "cloudbase_convert_env" "shop" {
  config {
    env = "shop-env-6gni9ity244a6ea3"
  }
}

# terraform apply -invoke=action.cloudbase_convert_env.shop
