# links.tf
locals {
  # What waits for its administrator and has a link, with the names of the file.
  open = [
    for row in local.rows : merge(row, {
      link = cloudbase_env_share.merchant[row.environment].shares[row.appid].confirm_url
    })
    if try(cloudbase_env_share.merchant[row.environment].shares[row.appid].confirm_url, null) != null
  ]

  table = concat([["name", "environment", "appid", "link"]], [
    for one in local.open : [one.name, one.environment, one.appid, one.link]
  ])

  # Each field in quotes, those in it doubled. A spreadsheet takes what begins with = + - or @ for a formula
  # and runs it: an apostrophe in front keeps it a text.
  lines = [
    for fields in local.table : join(",", [
      for field in fields : format("\"%s%s\"",
        can(regex("^[-=+@\\t\\r]", field)) ? "'" : "", replace(field, "\"", "\"\"")
      )
    ])
  ]
}

output "confirm_links" {
  # Excel takes the text for UTF-8 only with a byte order mark.
  value = "\ufeff${join("\n", local.lines)}\n"
}
