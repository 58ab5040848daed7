terraform init
WEBHOOK_URL=- terraform apply
