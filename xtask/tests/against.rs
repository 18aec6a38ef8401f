//! `cargo xtask contract --against REV`, called in checkouts of every kind.

mod support;

use std::path::PathBuf;
use std::process::{Command, Output};

use support::{copy_openapi, edit, Folder};

/// A project in a folder of its own.
struct Checkout {
    folder: Folder,
    /// Where in the folder the project is.
    root: PathBuf,
}

impl Checkout {
    /// The project's specs and ledgers in `root` of a new folder, without git.
    fn plain(name: &str, root: &str) -> Self {
        let folder = Folder::new(&format!("against-{name}"));
        let root = folder.0.join(root);
        copy_openapi(&root);
        std::fs::create_dir_all(root.join("xtask")).unwrap();
        Self { folder, root }
    }

    /// The same, committed.
    fn new(name: &str) -> Self {
        Self::below(name, "")
    }

    fn below(name: &str, root: &str) -> Self {
        let checkout = Self::plain(name, root);
        checkout.git(&["init", "--quiet", "--initial-branch=main"]);
        checkout.commit("first");
        checkout
    }

    fn git(&self, arguments: &[&str]) {
        let settings = "-c user.name=t -c user.email=t@localhost -c commit.gpgsign=false";
        let mut command = Command::new("git");
        command.args(settings.split(' ')).args(arguments);
        let output = command.current_dir(&self.folder.0).output();
        let output = output.unwrap_or_else(|e| panic!("these tests need git: {e}"));
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        edit(&self.root.join(file), from, to);
    }

    fn xtask(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.env("CARGO_MANIFEST_DIR", self.root.join("xtask"));
        // Not the checkout that these tests may run in.
        command.env("GIT_CEILING_DIRECTORIES", self.folder.0.parent().unwrap());
        command.env_remove("GIT_DIR").arg("contract").args(arguments);
        command.current_dir(self.root.join("openapi")).output().unwrap()
    }

    /// What is printed, by a call that succeeds.
    fn text(&self, arguments: &[&str]) -> String {
        let output = self.xtask(arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The one line of a call that fails with 1.
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.xtask(arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        text.trim().to_owned()
    }
}

const SPEC: &str = "openapi/authing.yaml";
const LEDGER: &str = "openapi/ledger/authing-reupload-pipeline-function.en.md";
const OF_API: &str = "openapi/ledger/authing.api.md";

/// A member more that must be sent, and its row in the ledger.
fn require_reason(checkout: &Checkout) {
    checkout.edit(SPEC, "required: [funcId]", "required: [funcId, reason]");
    let member = "          description: ID of the Pipeline function.\n";
    checkout.edit(SPEC, member, &format!("{member}        reason:\n          type: string\n"));
}

#[test]
fn nothing_has_changed_since_the_last_commit() {
    let checkout = Checkout::new("same");
    let text = checkout.text(&["--against", "HEAD"]);
    assert!(
        text.contains(": 0 breaking, 0 changed, 0 compatible, 0 without effect; 0 in ledgers"),
        "{text}"
    );
    assert!(text.ends_with("no changes\n"), "{text}");
    assert_eq!(checkout.text(&["--against", "HEAD", "--changelog"]), "");
    checkout.text(&["--against", "HEAD", "--deny-breaking"]);
}

#[test]
fn a_dirty_tree_is_compared_as_it_is() {
    let checkout = Checkout::new("dirty");
    checkout.git(&["tag", "v1"]);
    checkout.edit(LEDGER, "reupload-pipeline-function", "reupload-pipeline-functions");
    checkout.commit("a ledger");
    require_reason(&checkout);
    let text = checkout.text(&["--against", "v1"]);
    for part in [
        "\n== breaking\n\nauthing: reupload_pipeline_function\n",
        "  ReUploadPipelineFunctionDto.reason: new required member\n",
        "wire   breaking in requests: callers that do not send it\n",
        "Rust   compatible: `types::ReUploadPipelineFunctionDto::reason` is new",
        "spec   openapi/authing.yaml#/components/schemas/ReUploadPipelineFunctionDto/properties/reason\n",
        "\nauthing-reupload-pipeline-function.en\n  claim operation::path: /api/v3/reupload-pipeline-function → /api/v3/reupload-pipeline-functions\n",
        "\n== for CHANGELOG.md\n\n* Breaking on the wire: `ReUploadPipelineFunctionDto.reason`",
    ] {
        assert!(text.contains(part), "no `{part}` in:\n{text}");
    }
}

#[test]
fn the_changelog_has_lines_of_its_width() {
    let checkout = Checkout::new("changelog");
    require_reason(&checkout);
    checkout.edit(SPEC, "operationId: reupload_pipeline_function", "operationId: upload_again");
    let entry = checkout.text(&["--against", "HEAD", "--changelog"]);
    assert!(entry.starts_with("* Breaking"), "{entry}");
    assert!(entry.lines().all(|line| line.chars().count() < 100), "{entry}");
    assert!(entry.lines().all(|line| line.starts_with("* ") || line.starts_with("  ")), "{entry}");
}

#[test]
fn machines_get_json() {
    let checkout = Checkout::new("json");
    require_reason(&checkout);
    let text = checkout.text(&["--against", "HEAD", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["counts"]["breaking"], 1);
    let change = &report["changes"][0];
    assert_eq!(change["subject"], "ReUploadPipelineFunctionDto.reason");
    assert_eq!(change["reaches"][0]["operation"], "reupload_pipeline_function");
    assert_eq!((&change["wire"], &change["rust"]), (&"breaking".into(), &"compatible".into()));
}

#[test]
fn breaking_changes_fail_where_they_are_denied() {
    let checkout = Checkout::new("deny");
    require_reason(&checkout);
    let refusal = checkout.refusal(&["--against", "HEAD", "--deny-breaking"]);
    assert!(refusal.contains("1 breaking"), "{refusal}");
    checkout.text(&["--against", "HEAD"]);
}

#[test]
fn a_change_that_reaches_many_operations_stays_short() {
    let checkout = Checkout::new("many");
    let operation = |index: usize| {
        format!(
            "  /list{index}:\n    get:\n      operationId: list_{index}\n      responses:\n        '200': {{ description: a, content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/Item' }} }} }} }}\n"
        )
    };
    let spec = format!(
        "openapi: 3.0.3\ninfo: {{ title: many, version: v1 }}\npaths:\n{}components: {{ schemas: {{ Item: {{ type: object, properties: {{ a: {{ type: string }} }} }} }} }}\n",
        (0..9).map(operation).collect::<String>()
    );
    std::fs::write(checkout.root.join("openapi/many.yaml"), spec).unwrap();
    checkout.commit("many");
    checkout.edit("openapi/many.yaml", "{ type: string }", "{ type: integer }");
    let entry = checkout.text(&["--against", "HEAD", "--changelog"]);
    assert!(entry.contains("`list_4` and 4 more: type: string →"), "{entry}");
}

#[test]
fn an_api_comes_and_goes() {
    let checkout = Checkout::new("api");
    for (from, to) in [(SPEC, "openapi/other.yaml"), (OF_API, "openapi/ledger/other.api.md")] {
        std::fs::rename(checkout.root.join(from), checkout.root.join(to)).unwrap();
    }
    checkout.edit("openapi/ledger/other.api.md", "# authing", "# other");
    let text = checkout.text(&["--against", "HEAD"]);
    let [gone, new] = ["authing: API gone: ", "other: new API: "].map(|begin| {
        let told = text.lines().find_map(|line| line.split_once(begin));
        told.unwrap_or_else(|| panic!("{begin}: {text}")).1
    });
    assert!(gone.contains("_pipeline_function") && gone == new, "{text}");
}

#[test]
fn a_project_may_be_a_folder_of_a_checkout() {
    let checkout = Checkout::below("below", "a/b");
    require_reason(&checkout);
    let text = checkout.text(&["--against", "HEAD"]);
    assert!(text.contains(": 1 breaking"), "{text}");
}

#[test]
fn an_unknown_revision_is_named() {
    let checkout = Checkout::new("typo");
    for typo in ["HAED", "HEAD~7", "--output=x"] {
        let refusal = checkout.refusal(&[&format!("--against={typo}")]);
        assert_eq!(
            refusal,
            format!("error: git knows no revision `{typo}`; give a commit, a tag or a branch, such as HEAD~1")
        );
    }
}

#[test]
fn a_shallow_clone_says_so() {
    let checkout = Checkout::new("shallow");
    checkout.git(&["commit", "--quiet", "--allow-empty", "--message", "second"]);
    let origin = format!("file://{}", checkout.folder.0.display());
    checkout.git(&["clone", "--quiet", "--depth", "1", &origin, "clone"]);
    let root = checkout.folder.0.join("clone");
    let clone = Checkout { folder: Folder(root.clone()), root };
    std::fs::create_dir_all(clone.root.join("xtask")).unwrap();
    let refusal = clone.refusal(&["--against", "HEAD~1"]);
    assert!(refusal.contains("`HEAD~1`; this clone is shallow: fetch the rest with"), "{refusal}");
    clone.text(&["--against", "HEAD"]);
}

#[test]
fn a_folder_without_git_is_refused() {
    let checkout = Checkout::plain("nogit", "");
    let refusal = checkout.refusal(&["--against", "HEAD"]);
    assert!(
        refusal.contains("is not a git checkout, so there is no revision to compare with"),
        "{refusal}"
    );
}

#[test]
fn a_revision_without_specs_is_refused() {
    let checkout = Checkout::new("empty");
    checkout.git(&["rm", "-r", "--quiet", "--cached", "openapi"]);
    checkout.git(&["commit", "--quiet", "--message", "none"]);
    let refusal = checkout.refusal(&["--against", "HEAD"]);
    assert_eq!(refusal, "error: at HEAD: there is no folder openapi/");
}

#[test]
fn a_spec_that_cannot_be_read_is_named() {
    let checkout = Checkout::new("broken");
    checkout.edit(SPEC, "type: object", "type: objekt");
    checkout.commit("broken");
    let broken = "openapi/authing.yaml, /components/schemas/ReUploadPipelineFunctionDto/type: \"objekt\" is not a type";
    assert_eq!(checkout.refusal(&["--against", "HEAD~1"]), format!("error: {broken}"));
    checkout.edit(SPEC, "type: objekt", "type: object");
    assert_eq!(checkout.refusal(&["--against", "HEAD"]), format!("error: at HEAD: {broken}"));
    std::fs::write(checkout.root.join(SPEC), [0xff, 0xfe]).unwrap();
    checkout.commit("no text");
    let refusal = checkout.refusal(&["--against", "HEAD"]);
    assert_eq!(refusal, "error: at HEAD: openapi/authing.yaml: this is not a text");
}

#[test]
fn wrong_usage_is_refused() {
    let checkout = Checkout::plain("usage", "");
    for arguments in [
        &["--changelog"][..],
        &["--deny-breaking"],
        &["--format", "json"],
        &["--against", "HEAD", "--format", "xml"],
        &["--against"],
    ] {
        let output = checkout.xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
    }
}
