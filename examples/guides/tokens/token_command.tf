# The program prints {"component_access_token": "…", "authorizer_access_token": "…"}.
provider "cloudbase" {
  token_command = ["/usr/local/bin/wechat-token", "--platform", "wx3c9f1e7a5b2d8046"]
}
