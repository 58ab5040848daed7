# chat.tf
locals {
  merchants = {
    "tea-house-7gfwxe92efb3aa38" = { wx5fe6bb43205e9e07 = "Tea House", wx075cf85bf347b6df = "Tea House, delivery" }
    "book-shop-1g5fhz2k9c0d7e61" = { wx8a1c3f0be2d94c57 = "小书店" }
  }

  # The keys have to be known before anybody is asked, so there is one for each pair, whether it waits or not.
  links = merge([
    for env, names in local.merchants : {
      for appid, name in names : "${env}/${appid}" => {
        name = name
        url  = try(cloudbase_env_share.merchant[env].shares[appid].confirm_url, null)
      }
    }
  ]...)
}

resource "cloudbase_env_share" "merchant" {
  for_each = local.merchants

  env    = each.key
  appids = keys(each.value)
}

# A new link is a new message. Where there is none, since it has been confirmed, nothing is posted.
resource "terraform_data" "message" {
  for_each = local.links

  triggers_replace = each.value.url

  provisioner "local-exec" {
    command = "sh ./post.sh"
    environment = {
      MESSAGE = each.value.url == null ? "" : jsonencode({
        msgtype = "text"
        text    = { content = "待确认的环境共享：${each.value.name}\n请转给该小程序的管理员，在微信中打开：\n${each.value.url}" }
      })
    }
  }
}
