import {
  to       = cloudbase_env_conversion.tea_house
  provider = cloudbase
  id       = "tea-house-7gfwxe92efb3aa38"
}
