//! Panics become JavaScript errors that name the source line. The shim then discards the instance.

use std::panic;

/// Makes panics throw.
pub(super) fn set_hook() {
    panic::set_hook(Box::new(throw));
}

/// Ends the call with an error that says where. The message of a panic would cost kilobytes, as the
/// formatting of a number would.
#[cfg(not(debug_assertions))]
fn throw(info: &panic::PanicHookInfo) {
    let (file, line) = info.location().map_or(("", 0), |at| (at.file(), at.line()));
    let mut digits = [0; 10];
    let mut at = digits.len();
    let mut rest = line;
    while at > 0 && (rest > 0 || at == digits.len()) {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let line = str::from_utf8(&digits[at..]).unwrap_or("");
    wasm_bindgen::throw_str(&["mqtt core panicked at ", file, ":", line].concat());
}

#[cfg(debug_assertions)]
fn throw(info: &panic::PanicHookInfo) {
    console_error_panic_hook::hook(info);
}
