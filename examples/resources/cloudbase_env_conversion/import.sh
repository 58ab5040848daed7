# The id of an environment that has been converted already
terraform import cloudbase_env_conversion.tea_house tea-house-7gfwxe92efb3aa38
