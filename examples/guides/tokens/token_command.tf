# The program prints {"component_access_token": "…", "authorizer_access_token": "…"}, or one of the two.
provider "cloudbase" {
  token_command = ["${path.root}/wechat-token"]
}
