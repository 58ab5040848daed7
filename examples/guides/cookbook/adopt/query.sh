terraform query -generate-config-out=found.tf
terraform apply
