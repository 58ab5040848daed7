//! A model of Terraform Core drives the corner provider through what the installed CLI cannot, with
//! core's checks after every response.

mod deferral;
mod functions;
mod generating;
mod identities;
mod lifecycle;
mod queries;
mod rig;
mod stored_plan;
mod strict;
mod surviving;
