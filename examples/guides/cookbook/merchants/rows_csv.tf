# rows.tf
locals {
  # Excel starts the file with a byte order mark, which would be a part of the first column's name.
  file = csvdecode(trimprefix(file("${path.module}/merchants.csv"), "\ufeff"))

  rows = [
    for row in local.file : {
      environment = trimspace(row.environment)
      appid       = trimspace(row.appid)
      name        = trimspace(row.name)
    }
    # A spreadsheet may leave empty rows at the end.
    if trimspace(join("", values(row))) != ""
  ]
}
