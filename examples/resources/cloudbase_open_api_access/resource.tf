# What the cloud functions of the environment call, and nothing else.
resource "cloudbase_open_api_access" "tea_house" {
  env = "tea-house-7gfwxe92efb3aa38"

  api_whitelist = [
    "/cgi-bin/message/subscribe/send",
    "/wxa/msg_sec_check",
  ]
}
