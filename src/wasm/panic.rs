//! Panics become JavaScript errors that name the source line. The shim then discards the instance.

use std::panic;

#[cfg(not(debug_assertions))]
use crate::decimal::push_decimal;

/// Makes panics throw.
pub(super) fn set_hook() {
    panic::set_hook(Box::new(throw));
}

/// Ends the call with an error that says where. The message of a panic would cost a kilobyte: the build takes
/// out what formats it (`scripts/formatting.mjs`).
#[cfg(not(debug_assertions))]
fn throw(info: &panic::PanicHookInfo) {
    let (file, line) = info.location().map_or(("", 0), |at| (at.file(), at.line()));
    let mut text = String::from("mqtt core panicked at ");
    text.push_str(file);
    text.push(':');
    push_decimal(&mut text, line);
    wasm_bindgen::throw_str(&text);
}

#[cfg(debug_assertions)]
fn throw(info: &panic::PanicHookInfo) {
    console_error_panic_hook::hook(info);
}
