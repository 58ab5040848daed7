# One-way: the environment cannot be turned back.
resource "cloudbase_env_conversion" "prod" {
  env = "prod-env-6gni9ity244a6ea3"
}

# An environment has to be converted before it is shared.
resource "cloudbase_env_share" "shops" {
  env    = cloudbase_env_conversion.prod.env
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}
