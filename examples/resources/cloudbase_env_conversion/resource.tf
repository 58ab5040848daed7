# One-way: the environment cannot be turned back.
resource "cloudbase_env_conversion" "tea_house" {
  env = "tea-house-7gfwxe92efb3aa38"
}

# An environment has to be converted before it is shared.
resource "cloudbase_env_share" "tea_house" {
  env    = cloudbase_env_conversion.tea_house.env
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}
