terraform apply
terraform output -raw found > merchants.csv
rm import.tf
