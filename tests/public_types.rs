//! Which foreign crates have types in the public API: no more than those that are listed here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, Expr, Fields, ImplItem, Item, ItemImpl, ItemMod, Meta, Token, Type, UseTree,
    Visibility,
};

/// A new major version of one of these is one of this crate. `cloudfn_schema` is our own.
const FOREIGN: [&str; 9] = [
    "bytes",
    "futures_core",
    "http",
    "jiff",
    "reqwest",
    "schemars",
    "secrecy",
    "serde",
    "serde_json",
];
const OWN: [&str; 3] = ["cloudfn_schema", "core", "std"];

#[test]
fn the_public_api_has_types_of_few_foreign_crates() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let dependencies = manifest.split("\n[").find(|part| part.starts_with("dependencies]"));
    let names = dependencies.unwrap().lines().filter_map(|line| line.split_once(" = "));
    let mut found = Found::default();
    for folder in ["src", "schema/src"] {
        let mut source = Source::default();
        source.add_file(&[], &root.join(folder).join("lib.rs"), &root.join(folder));
        source.dependencies = names.clone().map(|(name, _)| name.replace('-', "_")).collect();
        found.extend(source.public());
    }
    found.retain(|name, _| !OWN.contains(&name.as_str()));
    let crates: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(crates, FOREIGN, "{found:#?}");
}

#[test]
fn a_foreign_type_is_found_wherever_it_stands() {
    for (code, expected) in [
        ("pub fn f() -> ::other::X {}", true),
        ("pub fn f(x: Option<&[other::X]>) {}", true),
        ("use other::x as y; pub fn f(x: impl Fn(y::X)) {}", true),
        ("use other::{X, Y as Z}; pub struct S(pub Vec<Z>);", true),
        ("pub struct S { pub x: a::X } mod a { pub(crate) use other::X; }", true),
        ("type X = other::X; pub enum E { V { x: X } }", true),
        ("pub trait T: other::X {}", true),
        ("pub trait T { fn f(&self) -> impl other::X { other::g() } }", true),
        ("pub struct S; impl From<other::X> for S {}", true),
        ("pub struct S; impl std::ops::Deref for S { type Target = other::X; }", true),
        ("pub struct S; impl S { pub fn f<T>(self) where T: other::X {} }", true),
        ("#[cfg_attr(x, derive(Clone, other::X))] pub struct S;", true),
        ("pub use other::X;", true),
        ("pub use a::X; mod a { pub use other::X; }", true),
        ("pub mod a { pub const X: super::b::X = 1; } mod b { pub use other::*; }", true),
        ("macro_rules! m { ($n:ident) => { pub fn $n() -> other::X {} } }", true),
        ("m! { pub enum X { Y(::other::X) } }", true),
        ("pub(crate) fn f() -> other::X {}", false),
        ("pub fn f() { other::f() }", false),
        ("pub struct S { x: other::X }", false),
        ("struct S; impl From<other::X> for S {}", false),
        ("trait T {} pub struct S; impl T for S where S: other::X {}", false),
        ("#[cfg(test)] mod tests { pub fn f() -> other::X {} }", false),
        ("pub fn f<other>() {} pub fn g() -> std::io::Result<()> {}", false),
    ] {
        let mut source = Source::default();
        source.add(&[], syn::parse_str::<syn::File>(code).unwrap().items, Path::new(""));
        source.dependencies = ["other".to_owned()].into();
        assert_eq!(source.public().contains_key("other"), expected, "{code}");
    }
}

#[test]
fn no_function_of_its_own_reads_or_writes_a_model() {
    use cloudfn::authing::types::PipelineFunctionDto;
    use cloudfn::functiongraph::types::{FuncVpc, Runtime};

    /// A function of the type itself would come before that of this trait.
    trait Named {
        fn deserialize() {}
        fn serialize() {}
    }
    impl<T> Named for T {}
    for function in [FuncVpc::deserialize, PipelineFunctionDto::deserialize, Runtime::deserialize] {
        function();
    }
    for function in [FuncVpc::serialize, PipelineFunctionDto::serialize, Runtime::serialize] {
        function();
    }
}

/// Foreign crates, and where they are named.
type Found = BTreeMap<String, BTreeSet<String>>;
/// A module, and a name in it.
type Place = (Vec<String>, String);

/// All modules of a crate.
#[derive(Default)]
struct Source {
    items: Vec<(Vec<String>, Item)>,
    modules: BTreeSet<Vec<String>>,
    imports: BTreeMap<Place, Vec<String>>,
    /// What private imports of everything are of.
    globs: BTreeMap<Vec<String>, Vec<Vec<String>>>,
    aliases: BTreeMap<Place, Type>,
    /// Types and traits that are declared without macros, and whether they are public.
    declared: BTreeMap<Place, bool>,
    dependencies: BTreeSet<String>,
}

enum Resolved {
    Foreign(String),
    Own(Place),
}

impl Source {
    fn add_file(&mut self, module: &[String], file: &Path, folder: &Path) {
        let code = std::fs::read_to_string(file);
        let code = code.unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        self.add(module, syn::parse_file(&code).unwrap().items, folder);
    }

    /// Adds the items of a module whose submodules are in `folder`.
    fn add(&mut self, module: &[String], items: Vec<Item>, folder: &Path) {
        self.modules.insert(module.to_vec());
        for item in items {
            let place = |name: &syn::Ident| (module.to_vec(), name.to_string());
            match &item {
                Item::Mod(inner) if !is_for_tests(&inner.attrs) => {
                    self.add_module(module, inner, folder);
                }
                Item::Use(import) => {
                    for (name, path) in imported(&import.tree, Vec::new()) {
                        match name.as_str() {
                            "*" => self.globs.entry(module.to_vec()).or_default().push(path),
                            _ => drop(self.imports.insert((module.to_vec(), name), path)),
                        }
                    }
                }
                Item::Macro(call) if call.mac.path.is_ident("include") => {
                    let text = call.mac.tokens.to_string();
                    let name = text.split('"').find(|part| part.ends_with(".rs")).unwrap();
                    let file = PathBuf::from(format!("{}{name}", env!("OUT_DIR")));
                    self.add_file(module, &file, folder);
                }
                Item::Type(alias) => {
                    self.aliases.insert(place(&alias.ident), (*alias.ty).clone());
                }
                Item::Struct(syn::ItemStruct { vis, ident, .. })
                | Item::Enum(syn::ItemEnum { vis, ident, .. })
                | Item::Trait(syn::ItemTrait { vis, ident, .. }) => {
                    self.declared.insert(place(ident), is_public(vis));
                }
                _ => {}
            }
            self.items.push((module.to_vec(), item));
        }
    }

    fn add_module(&mut self, module: &[String], inner: &ItemMod, folder: &Path) {
        let name = inner.ident.to_string();
        let path: Vec<String> = module.iter().chain([&name]).cloned().collect();
        let below = folder.join(&name);
        match &inner.content {
            Some((_, items)) => self.add(&path, items.clone(), &below),
            None => {
                let file = folder.join(format!("{name}.rs"));
                let file = if file.exists() { file } else { below.join("mod.rs") };
                self.add_file(&path, &file, &below);
            }
        }
    }

    /// What a path in a module is of.
    fn resolve(&self, module: &[String], path: &[String]) -> Resolved {
        let (mut module, mut path) = (module.to_vec(), path.to_vec());
        // An import may be of an import.
        for _ in 0..20 {
            let first = path[0].clone();
            let child = [&module[..], &path[..1]].concat();
            match (first.as_str(), path.len()) {
                ("crate", 2..) => (module, path) = (Vec::new(), path.split_off(1)),
                ("self", 2..) => path = path.split_off(1),
                ("super", 2..) => {
                    module.pop();
                    path = path.split_off(1);
                }
                (_, length) => {
                    let import = self.imports.get(&(module.clone(), first.clone()));
                    if let Some(import) = import.filter(|import| import[0] != first) {
                        path = [import, &path[1..]].concat();
                    } else if length > 1 && self.modules.contains(&child) {
                        (module, path) = (child, path.split_off(1));
                    } else if length > 1 && first.starts_with(char::is_lowercase) {
                        return Resolved::Foreign(first);
                    } else if let Some(glob) = self.foreign_glob(&module, &first) {
                        return Resolved::Foreign(glob);
                    } else {
                        return Resolved::Own((module, first));
                    }
                }
            }
        }
        panic!("{path:?} in {module:?} leads to no end");
    }

    /// The foreign crate that a name may be of which nothing else in the module has.
    fn foreign_glob(&self, module: &[String], name: &str) -> Option<String> {
        let place = (module.to_vec(), name.to_owned());
        let globs = self.globs.get(module).filter(|_| !self.declared.contains_key(&place))?;
        globs.iter().map(|glob| &glob[0]).find(|name| self.dependencies.contains(*name)).cloned()
    }

    fn is_visible(&self, module: &[String], path: &syn::Path) -> bool {
        match self.resolve(module, &segments(path)) {
            Resolved::Foreign(_) => true,
            // What nobody declares is of the prelude, generic, or made by a macro.
            Resolved::Own(place) => self.declared.get(&place).copied().unwrap_or(true),
        }
    }

    /// The foreign crates of all that is public.
    fn public(&self) -> Found {
        let mut found = Found::new();
        for (module, item) in &self.items {
            let place = module.join("::");
            let mut named = Named { source: self, module: module.clone(), crates: Vec::new() };
            named.public(item);
            for name in named.crates {
                found.entry(name).or_default().insert(place.clone());
            }
        }
        found
    }
}

/// Collects the foreign crates that types name.
struct Named<'s> {
    source: &'s Source,
    module: Vec<String>,
    crates: Vec<String>,
}

impl Named<'_> {
    fn public(&mut self, item: &Item) {
        match item {
            Item::Fn(it) if is_public(&it.vis) => self.visit_signature(&it.sig),
            Item::Const(it) if is_public(&it.vis) => self.visit_type(&it.ty),
            Item::Static(it) if is_public(&it.vis) => self.visit_type(&it.ty),
            Item::Type(it) if is_public(&it.vis) => self.visit_item_type(it),
            Item::Trait(it) if is_public(&it.vis) => self.visit_item_trait(it),
            Item::Use(it) if is_public(&it.vis) => {
                imported(&it.tree, Vec::new()).iter().for_each(|(_, path)| self.path(path));
            }
            Item::Struct(it) if is_public(&it.vis) => {
                self.visit_generics(&it.generics);
                self.fields(&it.fields);
                self.derived(&it.attrs);
            }
            Item::Enum(it) if is_public(&it.vis) => {
                self.visit_item_enum(it);
                self.derived(&it.attrs);
            }
            Item::Impl(block) => self.implemented(block),
            Item::Macro(call) => self.tokens(call.mac.tokens.clone()),
            _ => {}
        }
    }

    fn fields(&mut self, fields: &Fields) {
        let public = fields.iter().filter(|field| is_public(&field.vis));
        public.for_each(|field| self.visit_type(&field.ty));
    }

    fn implemented(&mut self, block: &ItemImpl) {
        let is_visible = |path| self.source.is_visible(&self.module, path);
        let owner = match &*block.self_ty {
            Type::Path(owner) => is_visible(&owner.path),
            _ => true,
        };
        let is_trait = block.trait_.as_ref().map(|(_, path, _)| is_visible(path));
        if !owner || is_trait == Some(false) {
            return;
        }
        if let Some((_, path, _)) = &block.trait_ {
            self.visit_path(path);
            self.visit_generics(&block.generics);
        }
        for item in &block.items {
            match item {
                ImplItem::Fn(it) if is_public(&it.vis) => self.visit_signature(&it.sig),
                ImplItem::Const(it) if is_public(&it.vis) => self.visit_type(&it.ty),
                ImplItem::Type(it) => self.visit_type(&it.ty),
                _ => {}
            }
        }
    }

    fn derived(&mut self, attributes: &[Attribute]) {
        attributes.iter().for_each(|attribute| self.derived_by(&attribute.meta));
    }

    fn derived_by(&mut self, meta: &Meta) {
        let Meta::List(list) = meta else { return };
        if list.path.is_ident("derive") {
            let parse = Punctuated::<syn::Path, Token![,]>::parse_terminated;
            list.parse_args_with(parse).unwrap().iter().for_each(|path| self.visit_path(path));
        } else if list.path.is_ident("cfg_attr") {
            let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
            let metas = list.parse_args_with(parse).unwrap();
            metas.iter().skip(1).for_each(|meta| self.derived_by(meta));
        }
    }

    /// A macro may make anything public: whatever it names counts.
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(name) if self.source.dependencies.contains(&name.to_string()) => {
                    self.crates.push(name.to_string());
                }
                _ => {}
            }
        }
    }

    fn path(&mut self, path: &[String]) {
        match self.source.resolve(&self.module, path) {
            Resolved::Foreign(name) => self.crates.push(name),
            Resolved::Own(place) => {
                let Some(alias) = self.source.aliases.get(&place) else { return };
                let module = std::mem::replace(&mut self.module, place.0);
                self.visit_type(alias);
                self.module = module;
            }
        }
    }
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(&segments(path));
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}
    fn visit_block(&mut self, _: &'ast Block) {}
    fn visit_expr(&mut self, _: &'ast Expr) {}
}

fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Names in a module, `*` for everything, and what they are imported from.
fn imported(tree: &UseTree, mut path: Vec<String>) -> Vec<(String, Vec<String>)> {
    let name = match tree {
        UseTree::Path(tree) => {
            path.push(tree.ident.to_string());
            return imported(&tree.tree, path);
        }
        UseTree::Group(group) => {
            let inside = group.items.iter();
            return inside.flat_map(|tree| imported(tree, path.clone())).collect();
        }
        UseTree::Glob(_) => return vec![("*".to_owned(), path)],
        UseTree::Name(tree) => &tree.ident,
        UseTree::Rename(tree) => &tree.ident,
    };
    if name != "self" {
        path.push(name.to_string());
    }
    let known_as = match tree {
        UseTree::Rename(tree) => tree.rename.to_string(),
        _ => path[path.len() - 1].clone(),
    };
    vec![(known_as, path)]
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let tokens = list.tokens.to_string();
            tokens.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
        }
        _ => false,
    })
}
