# rows.tf
locals {
  rows = flatten([
    for merchant in yamldecode(file("${path.module}/merchants.yaml")) : [
      for one in merchant.mini_programs : {
        environment = merchant.environment
        appid       = one.appid
        name        = one.name
      }
    ]
  ])
}
