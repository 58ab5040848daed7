# The id of an environment that has been converted already
terraform import cloudbase_env_conversion.prod prod-env-6gni9ity244a6ea3
