//! Which room may use which: between packages, inside the server, and from the storefront.

use crate::code;
use crate::tree::{Breach, File, Tree};
use crate::{finds, keep};

/// Room of the server, and the rooms it may use. A room that is not named here may use none.
const SERVER: &[(&str, &[&str])] = &[
    (
        "cli",
        &[
            "access",
            "announce",
            "api",
            "backup",
            "config",
            "control",
            "http",
            "page",
            "resource",
            "service",
            "cook",
            "eval",
            "contract",
            "train",
            "pack",
            "publish",
            "demo",
            "pictures",
            "storage",
            "sweep",
            "catalogue",
            "interaction",
            "progress",
            "exit_code",
            "memory",
            "moment",
            "settings",
        ],
    ),
    (
        "service",
        &[
            "access",
            "api",
            "artifacts",
            "config",
            "console",
            "control",
            "http",
            "jobs",
            "release",
            "resource",
            "signals",
            "storage",
            "traces",
        ],
    ),
    (
        "api",
        &[
            "access",
            "announce",
            "artifacts",
            "console",
            "control",
            "http",
            "live",
            "moment",
            "release",
            "resource",
            "schedule",
            "signals",
            "traces",
        ],
    ),
    (
        "jobs",
        &[
            "access",
            "announce",
            "artifacts",
            "control",
            "exit_code",
            "live",
            "moment",
            "progress",
            "publish",
            "release",
            "resource",
            "schedule",
            "settings",
            "signals",
            "storage",
            "sweep",
            "traces",
        ],
    ),
    (
        "backup",
        &["announce", "artifacts", "control", "moment", "publish", "release", "resource", "storage", "sweep"],
    ),
    ("sweep", &["artifacts", "control", "moment", "publish", "resource", "storage"]),
    ("signals", &["moment", "traces"]),
    ("live", &["artifacts", "contract", "control", "resource", "storage"]),
    ("announce", &["control", "publish", "release", "resource"]),
    ("http", &["artifacts", "publish", "coding", "storage", "progress"]),
    ("artifacts", &["publish", "coding", "storage"]),
    ("config", &["access", "settings", "signals", "traces"]),
    ("onnx", &["picture"]),
    ("page", &["cook", "contract", "draw", "eval", "markup", "moment", "picture", "pictures", "progress"]),
    ("draw", &["markup", "progress"]),
    (
        "cook",
        &[
            "chance",
            "contract",
            "eval",
            "train",
            "onnx",
            "pack",
            "pictures",
            "publish",
            "storage",
            "catalogue",
            "interaction",
            "progress",
            "memory",
            "moment",
            "settings",
        ],
    ),
    ("contract", &["storage", "catalogue", "interaction", "progress", "moment"]),
    ("train", &["catalogue", "chance", "interaction", "picture", "progress"]),
    ("pack", &["train", "catalogue", "interaction", "progress"]),
    ("pictures", &["storage", "picture", "progress"]),
    ("publish", &["pack", "progress", "moment"]),
    ("access", &["resource"]),
    ("release", &["resource", "publish", "moment"]),
    ("schedule", &["chance", "resource", "moment"]),
    ("interaction", &["catalogue"]),
    ("eval", &["chance", "progress"]),
    ("demo", &["progress", "moment"]),
    ("control", &["resource", "traces"]),
    ("resource", &["settings", "storage"]),
];

/// Package folder, what it may depend on for its own code, and for its tests besides.
const PACKAGES: [(&str, &[&str], &[&str]); 6] = [
    ("core", &[], &[]),
    ("core/fuzz", &["cookshelf-core"], &[]),
    ("wasm", &["cookshelf-core"], &[]),
    ("server", &["cookshelf-core"], &[]),
    ("tests", &["cookshelf-core"], &["cookshelf-server", "xtask"]),
    ("xtask", &[], &[]),
];

/// All that core may take from outside: it is in every page of every shop.
const CORE_TAKES: [&str; 2] = ["postcard", "serde"];

/// `crate::…` inside the server goes down only.
fn rooms(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.below(&["server/src"], &["rs"]) {
        let room = room_of(&file.path);
        let allowed = SERVER.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, allowed)| allowed);
        let code = code::of(file);
        for (place, used) in uses(&code) {
            if used != room && !allowed.contains(&used.as_str()) && used.starts_with(char::is_lowercase) {
                let text = format!("`{room}` may not use `{used}`; arrows go down: see server/src/lib.rs");
                breaches.push(file.breach(code::line_at(&code, place), text));
            }
        }
        for place in escapes(&code, depth_of(&file.path)) {
            let text =
                "this leaves the room; name the other one with `crate::`, so that the arrow can be seen";
            breaches.push(file.breach(code::line_at(&code, place), text));
        }
    }
    breaches
}

/// `server/src/train/als.rs` and `server/src/train.rs` are both of room `train`.
fn room_of(path: &str) -> &str {
    let inside = path.strip_prefix("server/src/").unwrap_or(path);
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

/// How many modules a file of the server lies below the root: `train/als.rs` two, `train/mod.rs` one.
fn depth_of(path: &str) -> usize {
    let inside = path.strip_prefix("server/src/").unwrap_or(path);
    inside.trim_end_matches("/mod.rs").split('/').count()
}

/// Chains of `super::` that reach the root, where every other room lies.
fn escapes(code: &str, depth: usize) -> Vec<usize> {
    let chain = "super::".repeat(depth);
    code.match_indices(&chain).map(|(place, _)| place).collect()
}

/// Every first name after `crate::`, also inside `crate::{…}`, with its place.
fn uses(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for start in code::words(code, "crate") {
        let Some(rest) = code[start..].strip_prefix("crate::") else { continue };
        match rest.strip_prefix('{') {
            None => found.push((start, first_name(rest))),
            Some(group) => found.extend(top_level(group).into_iter().map(|part| (start, first_name(part)))),
        }
    }
    found
}

/// The parts of `a::{b, c}, d}…` up to the brace that closes the group.
fn top_level(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0_i32, 0, Vec::new());
    for (place, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                parts.push(group[from..place].trim());
                from = place + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn first_name(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// `Cargo.toml` files keep the arrows between packages.
fn packages(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (folder, own, for_tests) in PACKAGES {
        let Some(file) = tree.file(&format!("{folder}/Cargo.toml")) else { continue };
        for (line, section, name) in dependencies(file) {
            let ours = name.starts_with("cookshelf") || name == "xtask";
            let allowed = own.contains(&name) || (section == "dev-dependencies" && for_tests.contains(&name));
            if ours && !allowed {
                breaches.push(file.breach(line, format!("{folder} may not depend on {name}")));
            }
            if folder == "core" && section == "dependencies" && !CORE_TAKES.contains(&name) {
                let text = format!("core takes only {CORE_TAKES:?} from outside, not {name}");
                breaches.push(file.breach(line, text));
            }
        }
    }
    breaches
}

/// Line, kind and name of every dependency in a manifest.
fn dependencies(file: &File) -> Vec<(usize, &str, &str)> {
    let mut section = "";
    let mut found = Vec::new();
    for (place, line) in file.text().unwrap_or_default().lines().enumerate() {
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end().trim_end_matches(']').rsplit('.').next().unwrap_or_default();
        } else if section.ends_with("dependencies") && line.starts_with(char::is_alphabetic) {
            let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
            found.push((place + 1, section, name));
        }
    }
    found
}

/// Sources name no package that their manifest may not.
fn crates(tree: &Tree) -> Vec<Breach> {
    let folders =
        [("core/src", &[][..]), ("wasm/src", &["cookshelf_core"]), ("server/src", &["cookshelf_core"])];
    let ours = ["cookshelf_core", "cookshelf_server", "cookshelf_wasm", "cookshelf_tests", "xtask"];
    let mut breaches = Vec::new();
    for (folder, allowed) in folders {
        for file in tree.below(&[folder], &["rs"]).filter(|file| !file.path.ends_with("/main.rs")) {
            let code = code::of(file);
            for name in ours.iter().filter(|name| !allowed.contains(name)) {
                for place in code::words(&code, name) {
                    breaches.push(
                        file.breach(code::line_at(&code, place), format!("{folder} may not use {name}")),
                    );
                }
            }
        }
    }
    breaches
}

/// The storefront uses what a customer could use: the package by its name, and its own files.
fn storefront(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.below(&["web-demo/src"], &["ts", "tsx", "js", "mjs"]).filter(|file| !file.is_test()) {
        for (line, text) in file.text().unwrap_or_default().lines().enumerate() {
            let Some(from) = imported(text) else { continue };
            let depth = file.path.split('/').count() - 2;
            let own =
                from.starts_with("./") || from.starts_with("../") && from.matches("../").count() < depth;
            let public = ["cookshelf", "cookshelf/element"].contains(&from);
            if !public && !own {
                let text = format!("the storefront imports only `cookshelf` and its own files, not `{from}`");
                breaches.push(file.breach(line + 1, text));
            }
        }
    }
    breaches
}

/// The module named by `import … from "x"`, `export … from "x"`, `import "x"` or `import("x")`.
fn imported(line: &str) -> Option<&str> {
    let code = line.split("// ").next()?.trim();
    let marks = ["from \"", "from '", "import \"", "import '", "import(\"", "import('"];
    let after = marks.iter().find_map(|mark| code.split_once(mark))?.1;
    after.split(['"', '\'']).next()
}

#[test]
fn rooms_of_the_server_use_only_what_lies_below() {
    keep(rooms);
    let sample = [
        ("server/src/train/als.rs", "//! x\nuse crate::interaction::I;\nuse crate::contract::Reader;\n"),
        ("server/src/cook.rs", "use crate::{\n  train::{a, b},\n  http,\n};\n// crate::cli\n"),
        (
            "server/src/pack/m.rs",
            "fn f() { crate::publish::now() }\n#[cfg(test)]\nmod tests { use crate::demo; }",
        ),
        ("server/src/publish.rs", "use super::cli;\nuse crate::publish::x; use crate::Error;\n"),
        ("server/src/contract/clean/a.rs", "use super::super::names;\nuse super::super::super::cli;\n"),
        ("server/src/contract/mod.rs", "use super::pack;\n"),
        ("server/src/novel.rs", "use crate::progress;"),
    ];
    let expected = [
        "server/src/contract/clean/a.rs:2",
        "server/src/contract/mod.rs:1",
        "server/src/cook.rs:1",
        "server/src/novel.rs:1",
        "server/src/pack/m.rs:1",
        "server/src/publish.rs:1",
        "server/src/train/als.rs:3",
    ];
    finds(rooms, &sample, &expected);
}

#[test]
fn packages_depend_only_on_what_lies_below() {
    keep(packages);
    keep(crates);
    let sample = [
        (
            "core/Cargo.toml",
            "[dependencies]\nserde.workspace = true\nrand = \"1\"\n[dev-dependencies]\nproptest = \"1\"\n",
        ),
        (
            "wasm/Cargo.toml",
            "[dependencies]\ncookshelf-core.workspace = true\ncookshelf-server = { path = \"x\" }\n",
        ),
        (
            "tests/Cargo.toml",
            "[dependencies]\ncookshelf-server.workspace = true\n[dev-dependencies]\nxtask.workspace = true\n",
        ),
    ];
    finds(packages, &sample, &["core/Cargo.toml:3", "tests/Cargo.toml:2", "wasm/Cargo.toml:3"]);
    let sources =
        [("core/src/a.rs", "use cookshelf_server::x;"), ("wasm/src/lib.rs", "use cookshelf_core::Model;")];
    finds(crates, &sources, &["core/src/a.rs:1"]);
}

#[test]
fn the_storefront_is_a_customer() {
    keep(storefront);
    let sample = [
        (
            "web-demo/src/a.ts",
            "import { x } from \"cookshelf\";\nimport \"./style.css\";\nimport y from '../../wasm/npm/src/y';",
        ),
        (
            "web-demo/src/pages/b.ts",
            "import z from \"../a\";\nconst m = await import(\"cookshelf/internal\");",
        ),
    ];
    finds(storefront, &sample, &["web-demo/src/a.ts:3", "web-demo/src/pages/b.ts:2"]);
}
