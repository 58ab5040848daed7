data "cloudbase_hosting_envs" "all" {}

output "to_convert" {
  description = "Made in the Tencent Cloud console: convert them before they are shared."
  value       = [for env in data.cloudbase_hosting_envs.all.envs : env.env if env.source == "qcloud"]
}
