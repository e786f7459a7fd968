//! The direction of imports in `src/`: codec <- session, connection <- client <- wasm. Every file
//! of a room may import only from the rooms before its own, and the files within a room do not
//! import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The rooms, each with the others that it may import from. A room is a file in `src/` with the folder
/// of the same name.
const ROOMS: [(&str, &[&str]); 13] = [
    ("codec", &[]),
    ("decimal", &[]),
    ("timer", &[]),
    ("request_id", &[]),
    ("error", &["codec"]),
    ("options", &["codec"]),
    ("session", &["codec", "decimal", "error", "request_id", "timer"]),
    ("connection", &["codec", "error", "request_id", "timer"]),
    ("leniency", &[]),
    ("event", &["codec", "error", "leniency", "request_id"]),
    ("outputs", &["codec", "event", "session"]),
    (
        "client",
        &[
            "codec",
            "connection",
            "error",
            "event",
            "leniency",
            "options",
            "outputs",
            "request_id",
            "session",
            "timer",
        ],
    ),
    (
        "wasm",
        &[
            "client",
            "codec",
            "decimal",
            "error",
            "event",
            "leniency",
            "options",
            "outputs",
            "request_id",
            "session",
            "timer",
        ],
    ),
];

#[test]
fn rooms_import_only_from_the_rooms_below() {
    let sources = sources();
    let known: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    let found: BTreeSet<&str> = sources.keys().map(|path| room(path)).collect();
    assert_eq!(known, found, "the rooms in src/");
    assert_eq!(violations(&sources), Vec::<String>::new());
}

#[test]
fn no_circle_of_rooms_is_allowed() {
    for (at, (room, allowed)) in ROOMS.iter().enumerate() {
        for below in *allowed {
            assert!(ROOMS[..at].iter().any(|(earlier, _)| earlier == below), "{room} <-> {below}");
        }
    }
}

#[test]
fn files_of_a_room_do_not_import_each_other_in_a_circle() {
    for (folder, edges) in sibling_imports(&sources()) {
        assert_eq!(circle(&edges), None, "in src/{folder}");
    }
}

#[test]
fn an_import_against_the_direction_is_found() {
    let source = |path: &str, text: &str| BTreeMap::from([(path.to_owned(), text.to_owned())]);
    for (path, text) in [
        ("codec/packet.rs", "use crate::session::SessionRecord;"),
        ("codec/packet.rs", "use crate::{Client, Version};"),
        ("session/queue.rs", "use std::mem;\nuse crate::{codec::QoS, client::Client};"),
        ("connection.rs", "fn f() {\n    crate::outputs::Outputs::default();\n}"),
        ("client/send.rs", "use crate::wasm::Host;"),
    ] {
        assert_eq!(violations(&source(path, text)).len(), 1, "{text}");
    }
    for (path, text) in [
        (
            "client/send.rs",
            "/// See [`Host`](crate::wasm::Host).\nuse crate::codec::{Packet, QoS};",
        ),
        ("codec/packet.rs", "use super::QoS;\nuse crate::codec::{Ack, Version};"),
    ] {
        assert_eq!(violations(&source(path, text)), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_circle_of_files_is_found() {
    let files = [
        ("codec.rs", "pub use packet::Packet;\nuse publish::encode;"),
        ("codec/packet.rs", "use super::publish::Publish;"),
        ("codec/publish.rs", "use super::{topic::TopicName, Packet};"),
        ("codec/topic.rs", "use crate::codec::primitives;"),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let imports = sibling_imports(&BTreeMap::from(files));
    assert_eq!(circle(&imports["codec"]), Some(vec!["packet".to_owned(), "publish".to_owned()]));
}

/// Imports against the direction, as "file imports room".
fn violations(sources: &BTreeMap<String, String>) -> Vec<String> {
    let exports = exports(include_str!("../../src/lib.rs"));
    let mut found = Vec::new();
    for (path, text) in sources {
        let own = room(path);
        let allowed =
            ROOMS.iter().find(|(room, _)| *room == own).map_or(&[][..], |(_, below)| below);
        for name in heads(&code(text), "crate::") {
            let room = exports.get(&name).unwrap_or(&name);
            if room != own && !allowed.contains(&room.as_str()) {
                found.push(format!("{path} imports {room}"));
            }
        }
    }
    found
}

/// For each folder, which files import which others of the same folder.
fn sibling_imports(
    sources: &BTreeMap<String, String>,
) -> BTreeMap<String, BTreeMap<String, BTreeSet<String>>> {
    let mut folders: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (path, text) in sources {
        let Some((folder, file)) = path.trim_end_matches(".rs").rsplit_once('/') else { continue };
        let parent = sources.get(&format!("{folder}.rs"));
        let exports = parent.map(|parent| exports(parent)).unwrap_or_default();
        let text = code(text);
        let prefix = format!("crate::{}::", folder.replace('/', "::"));
        let names = heads(&text, "super::").into_iter().chain(heads(&text, &prefix));
        let files = names.map(|name| exports.get(&name).unwrap_or(&name).clone());
        let siblings = files
            .filter(|other| other != file && sources.contains_key(&format!("{folder}/{other}.rs")));
        folders.entry(folder.to_owned()).or_default().insert(file.to_owned(), siblings.collect());
    }
    folders
}

/// A circle, if there is one: its members.
fn circle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    // files without imports among the rest are removed until there are none, or a circle is left
    let mut rest = edges.clone();
    loop {
        let names: BTreeSet<String> = rest.keys().cloned().collect();
        let before = rest.len();
        rest.retain(|_, imports| imports.iter().any(|import| names.contains(import)));
        if rest.len() == before {
            return (before > 0).then(|| names.into_iter().collect());
        }
    }
}

/// The files in `src/` but `lib.rs`, by their path there.
fn sources() -> BTreeMap<String, String> {
    fn collect(folder: &Path, root: &Path, sources: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "shim") {
                collect(&path, root, sources);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                sources.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = BTreeMap::new();
    collect(&root, &root, &mut sources);
    sources.remove("lib.rs").expect("src/lib.rs");
    sources
}

/// The room of a file.
fn room(path: &str) -> &str {
    path.split('/').next().unwrap_or(path).trim_end_matches(".rs")
}

/// The lines without comments.
fn code(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// Where the names that a file re-exports come from.
fn exports(text: &str) -> BTreeMap<String, String> {
    let code = code(text);
    let mut exports = BTreeMap::new();
    for statement in code.split(';') {
        let statement = statement.trim();
        let Some((_, path)) = statement.split_once("use ") else { continue };
        if !statement.trim_start().starts_with("pub") {
            continue;
        }
        if let Some((module, names)) = path.split_once("::") {
            let names = names.trim_matches(|c: char| c == '{' || c == '}' || c.is_whitespace());
            for name in names.split(',') {
                let name = name.trim().rsplit(" as ").next().unwrap_or_default();
                exports.insert(name.to_owned(), module.to_owned());
            }
        }
    }
    exports
}

/// The first names of all paths that begin with this prefix: `crate::{a::B, c}` has `a` and `c`.
fn heads(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut heads = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let path = &code[at + prefix.len()..];
        if let Some(list) = path.strip_prefix('{') {
            let mut depth = 0;
            let mut begin = 0;
            for (at, c) in list.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth > 0 => depth -= 1,
                    ',' | '}' if depth == 0 => {
                        heads.insert(head(&list[begin..at]));
                        begin = at + 1;
                        if c == '}' {
                            break;
                        }
                    }
                    _ => {}
                }
            }
        } else {
            heads.insert(head(path));
        }
    }
    heads.remove("");
    heads.remove("self");
    heads
}

fn head(path: &str) -> String {
    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
