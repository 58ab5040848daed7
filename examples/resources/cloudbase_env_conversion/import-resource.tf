resource "cloudbase_env_conversion" "tea_house" {
  env = "tea-house-7gfwxe92efb3aa38"
}
