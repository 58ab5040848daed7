import {
  to = cloudbase_env_conversion.prod
  identity = {
    env = "prod-env-6gni9ity244a6ea3"
  }
}
