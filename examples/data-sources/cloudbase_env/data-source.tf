data "cloudbase_env" "tea_house" {
  env = "tea-house-7gfwxe92efb3aa38"

  lifecycle {
    postcondition {
      condition     = self.status == "NORMAL"
      error_message = "The environment is ${self.status}: look at it in the cloud console before you share it."
    }
  }
}

resource "cloudbase_env_share" "tea_house" {
  env    = data.cloudbase_env.tea_house.env
  appids = ["wx5fe6bb43205e9e07"]
}
