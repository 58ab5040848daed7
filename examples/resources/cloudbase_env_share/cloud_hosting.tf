resource "cloudbase_env_share" "hosted" {
  env         = "hosting-env-3gk8s6bd0f1c2a94"
  appids      = ["wx5fe6bb43205e9e07"]
  source_type = 1
}
