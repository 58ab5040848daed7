resource "cloudbase_auth_function" "flower_shop" {
  envs = ["flower-shop-2k8d5e1f7c3a9b04"]
}
