//! Benchmarks of the core without WebAssembly and without JavaScript: `codec` and `session`.
//!
//! What a message costs on a phone is for `./build.sh bench` to say; these show which part of the core
//! became slower, in nanoseconds of this machine.
