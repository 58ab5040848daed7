# Names the platform, and fetches nothing.
provider "cloudbase" {
  component = {
    appid = "wx3c9f1e7a5b2d8046"
  }
}

ephemeral "cloudbase_authorizer_token" "merchant" {
  appid = "wx5fe6bb43205e9e07"
}

# The environments of that merchant.
provider "cloudbase" {
  alias                   = "merchant"
  authorizer_access_token = ephemeral.cloudbase_authorizer_token.merchant.token
}

data "cloudbase_envs" "merchant" {
  provider = cloudbase.merchant
}
