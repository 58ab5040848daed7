data "cloudbase_env" "prod" {
  env = "prod-env-6gni9ity244a6ea3"
}

output "status" {
  value = data.cloudbase_env.prod.status
}
