data "cloudbase_component_envs" "all" {}

output "normal" {
  value = [for env in data.cloudbase_component_envs.all.envs : env.env if env.status == "NORMAL"]
}
