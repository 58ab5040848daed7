//! Terraform's model and the gRPC service that drives it.
