WEBHOOK_URL=- terraform apply
