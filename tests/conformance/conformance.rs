//! conformance.md against the lists of the standard, and against the tests that it names.

use std::collections::HashSet;
use std::fs;

const PAGE: &str = include_str!("conformance.md");
const VECTORS: &str = include_str!("../vectors/packets.json");

#[test]
fn every_statement_has_one_row_in_the_order_of_the_standard() {
    let wanted = [CLIENT_V3, SERVER_V3, CLIENT_V5, SERVER_V5];
    let tables: Vec<&str> = PAGE.split("\n## ").skip(1).collect();
    assert_eq!(tables.len(), wanted.len());
    for (table, wanted) in tables.iter().zip(wanted) {
        let rows: Vec<&str> = rows(table).map(|[id, ..]| id).collect();
        assert_eq!(rows, wanted.split_whitespace().collect::<Vec<_>>(), "{}", title(table));
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
    let vectors: HashSet<&str> =
        vectors.iter().filter_map(|vector| vector["name"].as_str()).collect();
    let mut named = 0;
    for [id, _, shown] in rows(PAGE) {
        for name in shown.split('`').skip(1).step_by(2) {
            named += 1;
            match name.strip_prefix("vectors: ") {
                Some(vector) => assert!(vectors.contains(vector), "{id}: no vector {vector:?}"),
                None => assert!(exists(name), "{id}: there is no {name}"),
            }
        }
    }
    assert!(named > 249, "{named} tests");
}

#[test]
fn every_row_says_what_shows_it_or_why_nothing_does() {
    for [id, rule, shown] in rows(PAGE) {
        assert!(rule.len() > 10, "{id} says nothing");
        match shown.strip_prefix("not tested: ") {
            Some(reason) => assert!(reason.len() > 15, "{id} gives no reason"),
            None => assert!(shown.starts_with('`'), "{id} is shown by nothing"),
        }
    }
}

fn rows(text: &str) -> impl Iterator<Item = [&str; 3]> {
    let lines = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id "));
    lines.filter(|line| !line.starts_with("| ---")).map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        cells.try_into().unwrap_or_else(|cells| panic!("not three cells: {cells:?}"))
    })
}

fn title(table: &str) -> &str {
    table.lines().next().unwrap_or_default()
}

/// Whether a file has a test of this name: a function in Rust, a title in JavaScript.
fn exists(name: &str) -> bool {
    let Some((file, test)) = name.split_once("::") else { return false };
    let Ok(source) = fs::read_to_string(file) else { return false };
    if file.ends_with(".rs") {
        let function = format!("fn {test}(");
        source.split("#[test]").skip(1).any(|rest| rest.trim_start().starts_with(&function))
    } else {
        source.contains(&format!("test('{test}'"))
    }
}

/// What binds a client of MQTT 3.1.1
const CLIENT_V3: &str = "
    1.5.3-1 1.5.3-2 1.5.3-3 2.2.2-1 2.2.2-2 2.3.1-1 2.3.1-2 2.3.1-3 2.3.1-5 2.3.1-6
    3.1.0-1 3.1.2-4 3.1.2-6 3.1.2-9 3.1.2-11 3.1.2-13 3.1.2-14 3.1.2-15 3.1.2-18
    3.1.2-19 3.1.2-20 3.1.2-21 3.1.2-22 3.1.2-23 3.1.3-1 3.1.3-2 3.1.3-3 3.1.3-4 3.1.3-7
    3.1.3-10 3.1.3-11 3.3.1-1 3.3.1-2 3.3.1-4 3.3.2-1 3.3.2-2 3.3.4-1 3.6.1-1 3.8.1-1
    3.8.3-1 3.8.3-3 3.10.1-1 3.10.3-1 3.10.3-2 3.14.4-1 3.14.4-2 4.1.0-1 4.1.0-2 4.3.1-1
    4.3.2-1 4.3.2-2 4.3.3-1 4.3.3-2 4.4.0-1 4.5.0-2 4.6.0-1 4.6.0-2 4.6.0-3 4.6.0-4
    4.7.1-1 4.7.1-2 4.7.1-3 4.7.3-1 4.7.3-2 4.7.3-3 4.8.0-1 4.8.0-2 6.0.0-1 6.0.0-2
    6.0.0-3 7.0.0-2 7.1.2-1
";

/// What a client of MQTT 3.1.1 can notice of a server
const SERVER_V3: &str = "
    2.3.1-4 2.3.1-7 3.2.0-1 3.2.2-1 3.2.2-4 3.2.2-5 3.8.3-4 3.8.4-2 3.8.4-5 3.9.3-1
    3.9.3-2 3.10.4-4 3.12.4-1 3.14.1-1 6.0.0-4
";

/// What binds a client of MQTT 5.0
const CLIENT_V5: &str = "
    1.5.4-1 1.5.4-2 1.5.4-3 1.5.5-1 1.5.7-1 2.1.3-1 2.2.1-2 2.2.1-3 2.2.1-5 2.2.2-1
    3.1.0-1 3.1.2-1 3.1.2-4 3.1.2-9 3.1.2-11 3.1.2-12 3.1.2-13 3.1.2-16 3.1.2-17
    3.1.2-18 3.1.2-19 3.1.2-20 3.1.2-21 3.1.2-23 3.1.2-30 3.1.3-1 3.1.3-2 3.1.3-3
    3.1.3-4 3.1.3-11 3.1.3-12 3.2.2-4 3.2.2-5 3.2.2-11 3.2.2-14 3.2.2-15 3.2.2-17
    3.2.2-18 3.2.2-21 3.3.1-1 3.3.1-2 3.3.1-4 3.3.2-1 3.3.2-2 3.3.2-7 3.3.2-8 3.3.2-9
    3.3.2-10 3.3.2-13 3.3.2-14 3.3.2-19 3.3.4-1 3.3.4-6 3.3.4-7 3.3.4-8 3.4.2-1 3.4.2-2
    3.4.2-3 3.5.2-1 3.5.2-2 3.5.2-3 3.6.1-1 3.6.2-1 3.6.2-2 3.6.2-3 3.7.2-1 3.7.2-2
    3.7.2-3 3.8.1-1 3.8.3-1 3.8.3-2 3.8.3-4 3.10.1-1 3.10.3-1 3.10.3-2 3.14.1-1 3.14.2-1
    3.14.2-3 3.14.2-4 3.14.4-1 3.14.4-2 3.15.1-1 3.15.2-1 3.15.2-2 3.15.2-3 4.1.0-1
    4.2-1 4.3.1-1 4.3.2-1 4.3.2-2 4.3.2-3 4.3.2-4 4.3.2-5 4.3.3-1 4.3.3-2 4.3.3-3
    4.3.3-4 4.3.3-5 4.3.3-6 4.3.3-7 4.3.3-8 4.3.3-9 4.3.3-10 4.3.3-11 4.3.3-12 4.3.3-13
    4.4.0-1 4.4.0-2 4.5.0-2 4.6.0-1 4.6.0-2 4.6.0-3 4.6.0-4 4.7.0-1 4.7.1-1 4.7.1-2
    4.7.3-1 4.7.3-2 4.7.3-3 4.8.2-1 4.8.2-2 4.9.0-1 4.9.0-2 4.9.0-3 4.12.0-3 4.12.0-5
    4.12.0-7 4.12.1-1 4.12.1-2 4.13.2-1 6.0.0-1 6.0.0-2 6.0.0-3
";

/// What a client of MQTT 5.0 can notice of a server
const SERVER_V5: &str = "
    2.2.1-4 2.2.1-6 3.1.2-24 3.1.2-26 3.1.2-27 3.1.2-29 3.2.0-1 3.2.0-2 3.2.2-1 3.2.2-2
    3.2.2-6 3.2.2-8 3.2.2-16 3.3.2-11 3.3.4-9 3.8.3-5 3.8.4-2 3.8.4-6 3.9.3-1 3.9.3-2
    3.10.4-5 3.11.3-1 3.11.3-2 3.12.4-1 3.14.0-1 3.14.2-2 4.12.0-2 4.12.0-6 6.0.0-4
";
