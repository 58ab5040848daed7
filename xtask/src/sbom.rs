//! The bill of materials, in CycloneDX 1.5. It has neither a time nor a serial number, so that it is the same for the
//! same release.

use serde_json::{Value, json};

use crate::Failure;
use crate::dependencies::{Dependencies, Package};

/// As JSON.
pub(crate) fn text(dependencies: &Dependencies) -> Result<String, Failure> {
    let (name, version) = (dependencies.name(), dependencies.version());
    let components: Vec<Value> = dependencies.all.iter().map(component).collect();
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": reference(name, version),
                "name": name,
                "version": version,
            },
        },
        "components": components,
    });
    Ok(serde_json::to_string_pretty(&bill)? + "\n")
}

fn component(package: &Package) -> Value {
    let reference = reference(&package.name, &package.version);
    let mut component = json!({
        "type": "library",
        "bom-ref": reference,
        "purl": reference,
        "name": package.name,
        "version": package.version,
    });
    if let Some(license) = &package.license {
        // An older way to write `OR`.
        let expression = license.replace('/', " OR ");
        component["licenses"] = json!([{ "expression": expression }]);
    }
    component
}

fn reference(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{version}")
}
