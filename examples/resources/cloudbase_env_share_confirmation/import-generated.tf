import {
  to       = cloudbase_env_share_confirmation.shops
  provider = cloudbase
  id       = "prod-env-6gni9ity244a6ea3/wx5fe6bb43205e9e07,wx075cf85bf347b6df"
}

# terraform plan -generate-config-out=generated.tf
