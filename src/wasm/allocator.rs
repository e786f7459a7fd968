//! The allocator of the module. A message takes and frees a dozen small blocks of the same sizes as the
//! message before, so a few freed blocks of each size are kept, and given out again at a tenth of what the
//! general allocator costs. That one allocates in constant time, with an eighth of the code of the standard
//! library's `dlmalloc`.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr;

use rlsf::SmallGlobalTlsf;

pub(super) struct Allocator {
    general: SmallGlobalTlsf,
    kept: UnsafeCell<[Kept; CLASSES]>,
}

/// Freed blocks of one size. Each begins with the address of the next.
struct Kept {
    first: *mut u8,
    count: usize,
}

impl Allocator {
    pub(super) const fn new() -> Self {
        const NOTHING: Kept = Kept { first: ptr::null_mut(), count: 0 };
        Self {
            general: SmallGlobalTlsf::new(),
            kept: UnsafeCell::new([const { NOTHING }; CLASSES]),
        }
    }
}

// SAFETY: The module has a single thread.
unsafe impl Sync for Allocator {}

// SAFETY: A block that is kept was allocated by `general` with the layout of its class, which every layout of
// the class fits into, and nobody else has its address. No reference into `kept` outlives a call.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some((class, layout)) = class_of(layout) else {
            return unsafe { self.general.alloc(layout) };
        };
        let kept = unsafe { &mut (*self.kept.get())[class] };
        let block = kept.first;
        if block.is_null() {
            return unsafe { self.general.alloc(layout) };
        }
        kept.first = unsafe { *block.cast() };
        kept.count -= 1;
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some((class, layout)) = class_of(layout) else {
            return unsafe { self.general.dealloc(block, layout) };
        };
        let kept = unsafe { &mut (*self.kept.get())[class] };
        if kept.count == MOST_KEPT {
            return unsafe { self.general.dealloc(block, layout) };
        }
        unsafe { *block.cast() = kept.first };
        kept.first = block;
        kept.count += 1;
    }

    /// A large block may grow where it is.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let larger = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if class_of(layout).is_none() && class_of(larger).is_none() {
            return unsafe { self.general.realloc(block, layout, size) };
        }
        let other = unsafe { self.alloc(larger) };
        if !other.is_null() {
            unsafe {
                ptr::copy_nonoverlapping(block, other, layout.size().min(size));
                self.dealloc(block, layout);
            }
        }
        other
    }
}

/// The class of a small layout, and the layout of all blocks of that class.
fn class_of(layout: Layout) -> Option<(usize, Layout)> {
    let class = (layout.size() + HEADER - 1) / GRANULARITY;
    if class >= CLASSES || layout.align() > HEADER {
        return None;
    }
    let size = class * GRANULARITY + GRANULARITY - HEADER;
    Layout::from_size_align(size, HEADER).ok().map(|layout| (class, layout))
}

/// Bytes in front of a block of the general allocator, and what its blocks are multiples of with it: the
/// sizes of the classes are those that it rounds up to.
const HEADER: usize = 8;
const GRANULARITY: usize = 16;

/// Blocks of up to 504 bytes: most messages are no larger, with their fixed header and topic
const CLASSES: usize = 32;

/// Blocks of one class: at most 135 kB of all classes, if each was in use so often at a time
const MOST_KEPT: usize = 16;
