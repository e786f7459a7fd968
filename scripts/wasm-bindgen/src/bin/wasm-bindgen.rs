//! The wasm-bindgen command: its own package's, at the version and with the dependencies that the
//! Cargo.lock beside this names. (`cargo install --locked` takes the lock published with it.)

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
