//! Terraform provider for WeChat CloudBase environments shared with mini programs.
//!
//! `ARCHITECTURE.md` says what each module is for and which way they depend on each other.

pub mod demo;
pub mod doctor;
pub mod framework;
mod hcl;
pub mod install;
mod ordered;
pub mod plugin;
pub mod proto;
pub mod provider;
pub mod sandbox;
pub mod wechat;
