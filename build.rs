//! Compiles the protocol descriptions with protox, so that no `protoc` is needed.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    for file in ["proto/tfplugin6.proto", "proto/plugin.proto"] {
        println!("cargo::rerun-if-changed={file}");
    }
    let descriptors = protox::compile(["tfplugin6.proto", "plugin.proto"], ["proto"])?;
    tonic_prost_build::configure()
        // The client side is what the protocol tests drive the binary with.
        .build_client(true)
        .build_server(true)
        .compile_fds(descriptors)?;
    Ok(())
}
