//! Copies, fills and compares memory, in place of the functions that the compiler brings. Those copy aligned
//! words of four bytes only, which they shift into place, and compare byte by byte. WebAssembly allows any
//! alignment and has words of eight, with which the same takes a fifth of the instructions and half of the
//! code.

use std::ffi::c_int;

/// # Safety
/// As C has it: `size` bytes can be read at `from` and written at `to`, and they do not overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, size: usize) -> *mut u8 {
    unsafe { copy_apart(to, from, size) };
    to
}

/// # Safety
/// As of `memcpy`, but they may overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, size: usize) -> *mut u8 {
    let is_overwritten_first = to.addr().wrapping_sub(from.addr()) < size;
    unsafe {
        if is_overwritten_first {
            copy_backwards(to, from, size);
        } else {
            copy_forwards(to, from, size);
        }
    }
    to
}

/// # Safety
/// As C has it: `size` bytes can be written at `to`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: c_int, size: usize) -> *mut u8 {
    let word = u64::from(byte as u8) * 0x0101_0101_0101_0101;
    let mut at = 0;
    unsafe {
        while at + 8 <= size {
            put(to.add(at), word);
            at += 8;
        }
        while at < size {
            put(to.add(at), byte as u8);
            at += 1;
        }
    }
    to
}

/// # Safety
/// As C has it: `size` bytes can be read at `one` and at `other`.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(one: *const u8, other: *const u8, size: usize) -> c_int {
    let mut at = 0;
    unsafe {
        while at + 8 <= size && get::<u64>(one, at) == get::<u64>(other, at) {
            at += 8;
        }
        // the last word may overlap the one before
        if size >= 8 && at + 8 > size && get::<u64>(one, size - 8) == get::<u64>(other, size - 8) {
            return 0;
        }
        while at < size {
            let difference = c_int::from(get::<u8>(one, at)) - c_int::from(get::<u8>(other, at));
            if difference != 0 {
                return difference;
            }
            at += 1;
        }
    }
    0
}

/// The last word may have bytes of the word before it, which the source still has.
#[inline(always)]
unsafe fn copy_apart(to: *mut u8, from: *const u8, size: usize) {
    unsafe {
        if size >= 8 {
            let (mut at, last) = (0, size - 8);
            while at + 56 < last {
                for word in 0..8 {
                    copy::<u64>(to, from, at + 8 * word);
                }
                at += 64;
            }
            while at < last {
                copy::<u64>(to, from, at);
                at += 8;
            }
            copy::<u64>(to, from, last);
        } else if size >= 4 {
            copy::<u32>(to, from, 0);
            copy::<u32>(to, from, size - 4);
        } else if size > 0 {
            copy::<u8>(to, from, 0);
            copy::<u8>(to, from, size / 2);
            copy::<u8>(to, from, size - 1);
        }
    }
}

/// Each word is read before anything behind it is written.
unsafe fn copy_forwards(to: *mut u8, from: *const u8, size: usize) {
    let mut at = 0;
    unsafe {
        while at + 8 <= size {
            copy::<u64>(to, from, at);
            at += 8;
        }
        while at < size {
            copy::<u8>(to, from, at);
            at += 1;
        }
    }
}

unsafe fn copy_backwards(to: *mut u8, from: *const u8, size: usize) {
    let mut at = size;
    unsafe {
        while at >= 8 {
            at -= 8;
            copy::<u64>(to, from, at);
        }
        while at > 0 {
            at -= 1;
            copy::<u8>(to, from, at);
        }
    }
}

#[inline(always)]
unsafe fn copy<T: Copy>(to: *mut u8, from: *const u8, at: usize) {
    unsafe { put(to.add(at), get::<T>(from, at)) }
}

#[inline(always)]
unsafe fn get<T: Copy>(from: *const u8, at: usize) -> T {
    unsafe { (*from.add(at).cast::<Unaligned<T>>()).0 }
}

#[inline(always)]
unsafe fn put<T: Copy>(to: *mut u8, word: T) {
    unsafe { *to.cast() = Unaligned(word) }
}

/// At any address. `ptr::read_unaligned` would be a copy, which is what is made here.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Unaligned<T>(T);
