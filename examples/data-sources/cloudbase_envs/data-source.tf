data "cloudbase_envs" "all" {}

output "stopped" {
  description = "Environments that are not in a normal state."
  value       = { for env in data.cloudbase_envs.all.envs : env.env => env.status if env.status != "NORMAL" }
}
