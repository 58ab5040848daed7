# cloudbase.tf
terraform {
  required_providers {
    cloudbase = {
      source = "wxopen/cloudbase"
    }
  }
}

# 接口地址和令牌取自环境变量
provider "cloudbase" {}
