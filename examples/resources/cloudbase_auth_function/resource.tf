resource "cloudbase_auth_function" "all" {
  envs   = ["tea-house-7gfwxe92efb3aa38", "book-shop-1g5fhz2k9c0d7e61"]
  source = "cloudbase_auth.zip"
}

output "functions" {
  value = { for env, function in cloudbase_auth_function.all.functions : env => function.status }
}
