data "cloudbase_env_shares" "tea_house" {
  appids = ["wx5fe6bb43205e9e07", "wx075cf85bf347b6df"]
}

output "without_environment" {
  description = "Mini programs that no environment is shared with."
  value       = [for appid, envs in data.cloudbase_env_shares.tea_house.shares : appid if length(envs) == 0]
}
