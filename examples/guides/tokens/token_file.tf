provider "cloudbase" {
  token_file = "/run/secrets/cloudbase-tokens.json"
}
