//! The functions that C has for memory, which the crate brings (`src/wasm/memory.rs`).
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::hint::black_box;

use wasm_bindgen_test::wasm_bindgen_test;

// Of the crate; what the compiler knows by these names it would replace by an instruction, but for `black_box`.
unsafe extern "C" {
    fn memcpy(to: *mut u8, from: *const u8, size: usize) -> *mut u8;
    fn memmove(to: *mut u8, from: *const u8, size: usize) -> *mut u8;
    fn memset(to: *mut u8, byte: c_int, size: usize) -> *mut u8;
}

type Copy = unsafe extern "C" fn(*mut u8, *const u8, usize) -> *mut u8;
type Fill = unsafe extern "C" fn(*mut u8, c_int, usize) -> *mut u8;

#[wasm_bindgen_test]
fn memory_is_copied_at_any_address_and_over_itself() {
    for size in 0..=150 {
        for (from, to) in [(40, 40), (40, 41), (41, 40), (40, 47), (47, 40), (0, 150), (150, 0)] {
            let original: Vec<u8> = (0..=255).cycle().take(300).collect();
            let mut expected = original.clone();
            expected.splice(to..to + size, original[from..from + size].iter().copied());
            assert_eq!(copied(memmove as Copy, original.clone(), from, to, size), expected);
            if from.abs_diff(to) >= size {
                assert_eq!(copied(memcpy as Copy, original, from, to, size), expected);
            }
        }
    }
}

#[wasm_bindgen_test]
fn memory_is_filled_at_any_address() {
    for (at, size) in (0..9).flat_map(|at| (0..=40).map(move |size| (at, size))) {
        let mut bytes = vec![7_u8; 60];
        // SAFETY: It is within `bytes`.
        unsafe { black_box(memset as Fill)(bytes[at..].as_mut_ptr(), 0x1fe, size) };
        let mut expected = vec![7; 60];
        (at..at + size).for_each(|here| expected[here] = 0xfe);
        assert_eq!(bytes, expected);
    }
}

fn copied(copy: Copy, mut bytes: Vec<u8>, from: usize, to: usize, size: usize) -> Vec<u8> {
    let (source, target) = (bytes[from..].as_ptr(), bytes[to..].as_mut_ptr());
    // SAFETY: Both are within `bytes`.
    unsafe { black_box(copy)(target, source, size) };
    bytes
}
