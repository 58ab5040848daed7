import {
  to = cloudbase_env_conversion.tea_house
  id = "tea-house-7gfwxe92efb3aa38"
}

resource "cloudbase_env_conversion" "tea_house" {
  env = "tea-house-7gfwxe92efb3aa38"
}
