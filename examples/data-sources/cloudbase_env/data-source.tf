data "cloudbase_env" "prod" {
  env = "prod-env-6gni9ity244a6ea3"

  lifecycle {
    postcondition {
      condition     = self.status == "NORMAL"
      error_message = "The environment is ${self.status}: look at it in the cloud console before you share it."
    }
  }
}

resource "cloudbase_env_share" "shops" {
  env    = data.cloudbase_env.prod.env
  appids = ["wx5fe6bb43205e9e07"]
}
