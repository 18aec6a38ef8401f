//! The checks, each with its tool.

use super::sdk::{self, Sdk};
use super::{lint, prism, schemathesis, signature, Bench, Outcome};
use crate::tools::{Installed, Registry, Tool};

/// A check.
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// A sentence about what it shows.
    pub about: &'static str,
    /// Whether it is quick enough for CI.
    pub is_quick: bool,
    /// The tool that it compares with.
    pub tool: Tool,
    /// Compares.
    pub run: fn(&Bench<'_>, &Installed) -> Result<Outcome, String>,
}

/// All checks, in order.
pub const CHECKS: &[Check] = &[
    Check {
        name: "lint",
        about: "a linter reads the specs without errors",
        is_quick: true,
        tool: Tool { registry: Registry::Npm, packages: &["@redocly/cli@2.77.0"] },
        run: lint::check,
    },
    Check {
        name: "signature",
        about: "Huawei Cloud's signer and ours produce the same signatures",
        is_quick: true,
        tool: HUAWEI_PYTHON,
        run: signature::check,
    },
    Check {
        name: "huawei-python",
        about: "Huawei Cloud's SDK for Python and our client send the same to our mock server",
        is_quick: true,
        tool: HUAWEI_PYTHON,
        run: |bench, tool| {
            let (check, script) = ("huawei-python", "huawei_calls.py");
            let sdk = Sdk { check, api: "functiongraph", script, is_authenticated: true };
            sdk::compare(bench, tool, &sdk)
        },
    },
    Check {
        name: "huawei-node",
        about: "the same with its SDK for Node",
        is_quick: true,
        tool: Tool {
            registry: Registry::Npm,
            // An undeclared dependency.
            packages: &[
                "@huaweicloud/huaweicloud-sdk-functiongraph@3.1.211",
                "@huaweicloud/huaweicloud-sdk-core@3.1.211",
                "uuid@9.0.1",
            ],
        },
        run: |bench, tool| {
            let (check, script) = ("huawei-node", "huawei_calls.cjs");
            let sdk = Sdk { check, api: "functiongraph", script, is_authenticated: true };
            sdk::compare(bench, tool, &sdk)
        },
    },
    Check {
        name: "authing-python",
        about: "Authing's SDK for Python and our client send the same to our mock server",
        is_quick: true,
        tool: Tool {
            registry: Registry::Pip,
            // An undeclared dependency.
            packages: &["authing==5.1.0", "websockets==15.0.1"],
        },
        run: |bench, tool| {
            let (check, script) = ("authing-python", "authing_calls.py");
            let sdk = Sdk { check, api: "authing", script, is_authenticated: true };
            sdk::compare(bench, tool, &sdk)
        },
    },
    Check {
        name: "authing-node",
        about: "the same with its SDK for Node",
        is_quick: true,
        tool: Tool { registry: Registry::Npm, packages: &["authing-node-sdk@4.0.1"] },
        run: |bench, tool| {
            let (check, script) = ("authing-node", "authing_calls.cjs");
            let sdk = Sdk { check, api: "authing", script, is_authenticated: false };
            sdk::compare(bench, tool, &sdk)
        },
    },
    Check {
        name: "prism",
        about: "our client calls every operation and every documented error of Prism's mock server",
        is_quick: true,
        tool: Tool { registry: Registry::Npm, packages: &["@stoplight/prism-cli@5.14.2"] },
        run: prism::check,
    },
    Check {
        name: "schemathesis",
        about: "Schemathesis finds nothing wrong with our mock server",
        is_quick: true,
        tool: Tool {
            registry: Registry::Pip,
            // Makes its random requests.
            packages: &["schemathesis==4.32.5", "hypothesis==6.170.15"],
        },
        run: schemathesis::check,
    },
];

const HUAWEI_PYTHON: Tool =
    Tool { registry: Registry::Pip, packages: &["huaweicloudsdkfunctiongraph==3.1.219"] };
