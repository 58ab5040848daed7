provider "cloudbase" {
  token_file = pathexpand("~/.cloudbase/tokens.json")
}
