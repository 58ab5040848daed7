import {
  to       = cloudbase_env_conversion.prod
  provider = cloudbase
  id       = "prod-env-6gni9ity244a6ea3"
}

# terraform plan -generate-config-out=generated.tf
