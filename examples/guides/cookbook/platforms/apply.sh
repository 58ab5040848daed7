# The token service of each platform writes such a file. Here both are the token of the sandbox.
umask 077
printf '{"component_access_token": "%s"}\n' "$CLOUDBASE_COMPONENT_ACCESS_TOKEN" > north.json
printf '{"component_access_token": "%s"}\n' "$CLOUDBASE_COMPONENT_ACCESS_TOKEN" > south.json

# It goes before a file: both platforms would be called with this one.
unset CLOUDBASE_COMPONENT_ACCESS_TOKEN

terraform init
terraform apply
