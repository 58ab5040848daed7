action "cloudbase_convert_env" "tea_house" {
  config {
    env = "tea-house-7gfwxe92efb3aa38"
  }
}
