import {
  to = cloudbase_env_conversion.tea_house
  identity = {
    env = "tea-house-7gfwxe92efb3aa38"
  }
}
