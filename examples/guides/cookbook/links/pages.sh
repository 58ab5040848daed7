terraform apply
terraform output -raw confirmation_page > confirm.html
terraform output -json confirmation_pages > pages.json
for env in $(jq -r 'keys[]' pages.json); do
  jq -r --arg env "$env" '.[$env]' pages.json > "$env.html"
done
