//! Checks conformance.md: it has every statement of the standard, and every test that it names
//! exists and cites the statement.

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
fn every_test_that_is_named_exists_and_cites_the_statement() {
    let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
    let vectors: HashSet<&str> =
        vectors.iter().filter_map(|vector| vector["name"].as_str()).collect();
    for [id, _, shown] in rows(PAGE).filter(|[_, _, shown]| !shown.starts_with(NO_TEST)) {
        for name in names(shown) {
            match name.strip_prefix("vectors: ") {
                Some(vector) => assert!(vectors.contains(vector), "{id}: no vector {vector:?}"),
                None => {
                    assert_eq!(find(name).and_then(|test| test.check(id)), Ok(()), "{id}: {name}");
                }
            }
        }
    }
}

#[test]
fn every_row_names_a_test_or_says_that_none_can_show_it() {
    for [id, rule, shown] in rows(PAGE) {
        assert!(rule.len() > 10, "{id} says nothing");
        match shown.strip_prefix(NO_TEST) {
            Some(reason) => assert!(reason.len() > 15, "{id} gives no reason"),
            None => {
                let is_test = |name: &&str| !name.starts_with("vectors: ");
                assert!(names(shown).any(|name| is_test(&name)), "{id} names no test");
            }
        }
    }
}

#[test]
fn a_test_that_does_not_exist_or_does_not_cite_the_statement_is_found() {
    let source = "/// [MQTT-1.2.3-4]\n#[test]\nfn one() {\n}\n\n#[test]\nfn two() {\n    x(); // [MQTT-5.6.7-8]\n}\n";
    let check = |name, id| rust_test(source, name).and_then(|test| test.check(id));
    assert_eq!(check("one", "1.2.3-4"), Ok(()));
    assert_eq!(check("two", "5.6.7-8"), Ok(()));
    assert_eq!(check("two", "1.2.3-4"), Err("it does not cite the statement"));
    assert_eq!(check("one", "1.2.3"), Err("it does not cite the statement"));
    assert_eq!(check("three", "1.2.3-4"), Err("there is no such test"));
    assert_eq!(
        find("no/such/file.rs::one").and_then(|test| test.check("1.2.3-4")),
        Err("no such file")
    );
}

/// How a row begins whose statement cannot be tested.
const NO_TEST: &str = "no test can show it: ";

/// A test that a row names.
enum Test {
    /// A function with the comments above it
    Rust(String),
    /// A test of the shim, in JavaScript
    JavaScript,
}

impl Test {
    /// Whether it cites the statement. Only tests in Rust do.
    fn check(&self, id: &str) -> Result<(), &'static str> {
        match self {
            Self::Rust(text) if !text.contains(&format!("[MQTT-{id}]")) => {
                Err("it does not cite the statement")
            }
            Self::Rust(_) | Self::JavaScript => Ok(()),
        }
    }
}

fn find(name: &str) -> Result<Test, &'static str> {
    let (file, test) = name.split_once("::").ok_or("not a file and a test")?;
    let source = fs::read_to_string(file).map_err(|_| "no such file")?;
    if file.ends_with(".rs") {
        return rust_test(&source, test);
    }
    let is_found = source.contains(&format!("test('{test}'"));
    if is_found { Ok(Test::JavaScript) } else { Err("there is no such test") }
}

/// The text of a test in Rust: its function, and the comments above it.
fn rust_test(source: &str, name: &str) -> Result<Test, &'static str> {
    let lines: Vec<&str> = source.lines().collect();
    let function = format!("fn {name}(");
    let at = lines.iter().position(|line| line.trim_start().starts_with(&function));
    let at = at.ok_or("there is no such test")?;
    let is_above = |line: &&&str| line.trim_start().starts_with(['#', '/']);
    let above = lines[..at].iter().rev().take_while(is_above).count();
    if !lines[at - above..at].iter().any(|line| line.trim() == "#[test]") {
        return Err("there is no such test");
    }
    let indent = &lines[at][..lines[at].len() - lines[at].trim_start().len()];
    let end = format!("{indent}}}");
    let body = lines[at..].iter().position(|line| **line == end).ok_or("it does not end")?;
    Ok(Test::Rust(lines[at - above..=at + body].join("\n")))
}

/// The tests and vectors that a row names.
fn names(shown: &str) -> impl Iterator<Item = &str> {
    shown.split('`').skip(1).step_by(2)
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
