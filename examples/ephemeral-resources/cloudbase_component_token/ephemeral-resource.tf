ephemeral "cloudbase_component_token" "platform" {}

# Hand it to whatever takes ephemeral values: another provider's configuration, or a write-only
# argument.
provider "cloudbase" {
  alias                  = "same_token"
  component_access_token = ephemeral.cloudbase_component_token.platform.token
}
