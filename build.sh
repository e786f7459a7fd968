#!/usr/bin/env bash
# The one entry: builds, tests and shows everything. It needs rustup and Node.js, and gets the rest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

help() {
  cat <<'TEXT'
./build.sh          builds pkg/ and puts it into miniprogram/utils/
./build.sh demo [--port PORT]   shows the playground in a browser: the mini-program on a phone, with a
                    local MQTT broker and token API, and switches for what happens to phones
./build.sh devtools [--cli FILE] [--port PORT]   has WeChat's automator tap the example app in DevTools,
                    and prints a report for an issue
./build.sh test     builds, and runs all tests and checks (headless)
./build.sh bench [--short] [--with NAME=FOLDER]   builds, and measures what a message costs in phones'
                    engines, beside MQTT.js, Paho and another build; writes docs/performance.md
./build.sh size     builds, and prints the bytes of pkg/, by file and by module, beside the size budget
./build.sh check    builds, and runs the checks alone: formatting, lints, types, reproducibility
./build.sh frameworks     builds, and runs pages of plain WeChat, Taro and uni-app (installs 730 MB, about two minutes)
./build.sh check-wechat   builds, and has WeChat's own compilers judge the page and pkg/ (offline, once installed)
./build.sh fuzz [SECONDS] [TARGET]   looks for inputs that break the core; 30 minutes a target
./build.sh brokers [NAME…]   installs real brokers, holds a conversation with each, writes docs/interop.md
./build.sh soak [--short]   builds, and loads, wears and floods the library; writes docs/reliability.md
./build.sh site     builds the docs as a site, target/site (installs 100 MB); npm run docs shows it while writing
./build.sh help     this text
TEXT
}

main() {
  case "${1:-build}" in
    build) build ;;
    demo) shift; demo "$@" ;;
    devtools) npm_packages; devtools_packages; shift; exec node scripts/devtools.mjs "$@" ;;
    test) build; test_packages; devtools_packages; wechat_packages; exec node scripts/test.mjs ;;
    bench) build; bench_packages; shift; exec node scripts/bench.mjs "$@" ;;
    size) build; exec node scripts/size.mjs ;;
    check) build; exec node scripts/check.mjs ;;
    soak) build; shift; exec node --expose-gc scripts/soak.mjs "$@" ;;
    fuzz) rust; test_packages; shift; exec node scripts/fuzz.mjs "$@" ;;
    brokers) build; broker_packages; shift; exec node scripts/brokers.mjs "$@" ;;
    frameworks) build; framework_packages; exec node scripts/frameworks.mjs ;;
    check-wechat) build; test_packages; wechat_packages; exec node scripts/check-wechat.mjs ;;
    site) npm_ci site 'VitePress (100 MB)' --ignore-scripts; exec npm run build --prefix site ;;
    help | -h | --help) help ;;
    *) help >&2; fail "There is no \"$1\"." ;;
  esac
}

build() {
  npm_packages
  rust
  node scripts/build.mjs
}

# A pkg/ that was made from just these sources is used as it is.
demo() {
  npm_packages
  if node scripts/sources.mjs; then
    say 'pkg/ is up to date'
  else
    rust
    node scripts/build.mjs
  fi
  say 'Starting the demo'
  exec node demo/main.mjs "$@"
}

# Node's packages.
npm_packages() {
  command -v npm >/dev/null || fail 'Node.js 20 or newer is needed: https://nodejs.org'
  local major
  major=$(node -p 'parseInt(process.versions.node)')
  [ "$major" -ge 20 ] || fail "Node.js 20 or newer is needed, this is $(node --version)."
  npm_ci . 'the npm packages'
}

# WeChat's client of its DevTools.
devtools_packages() {
  npm_ci scripts/devtools "WeChat's automator (29 MB)" --ignore-scripts
}

# WeChat's own compilers: 280 MB, so only for those who run them.
wechat_packages() {
  npm_ci tests/wechat "WeChat's compilers (280 MB, about a minute)" --ignore-scripts
}

# Taro and uni-app with what they build with.
framework_packages() {
  npm_ci tests/frameworks/taro 'Taro (500 MB)' --ignore-scripts
  npm_ci tests/frameworks/uni-app 'uni-app (230 MB)' --ignore-scripts
}

# What a folder's package-lock.json names, again only when that changed.
npm_ci() {
  local folder=$1 what=$2
  shift 2
  if cmp -s "$folder/package-lock.json" "$folder/node_modules/.package-lock.stamp"; then return; fi
  say "Installing $what"
  npm ci --prefix "$folder" --no-audit --no-fund "$@" || fail "npm cannot install $what; is there a network?"
  cp "$folder/package-lock.json" "$folder/node_modules/.package-lock.stamp"
}

# The toolchain that rust-toolchain.toml names, with the WebAssembly target.
rust() {
  command -v rustup >/dev/null || fail 'rustup is needed: https://rustup.rs'
  local channel target=wasm32-unknown-unknown
  channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
  if ! rustup toolchain list | grep "^$channel-" >/dev/null; then
    say "Installing Rust $channel"
    rustup toolchain install "$channel" --profile minimal --no-self-update \
      --component clippy --component rustfmt --target "$target"
  fi
  if ! rustup target list --installed --toolchain "$channel" | grep -x "$target" >/dev/null; then
    say "Installing Rust's target $target"
    rustup target add --toolchain "$channel" "$target"
  fi
}

# What the tests use beyond that: Chromium with its driver, brokers, a maker of certificates, a C++
# compiler for libFuzzer, iPhones' JavaScript engine, Chinese letters.
test_packages() {
  local missing=()
  needs_command chromium chromium
  needs_command chromedriver chromium-driver
  needs_command mosquitto mosquitto
  needs_command openssl openssl
  needs_command nats-server nats-server
  needs_command rabbitmq-server rabbitmq-server
  needs_command c++ g++
  needs_command jsc libjavascriptcoregtk-4.0-bin
  npm_ci bench 'MQTT.js and Paho, to compare with' --ignore-scripts
  [ -n "$(fc-list :lang=zh 2>/dev/null)" ] || missing+=(fontconfig fonts-noto-cjk)
  install_missing
}

# What brokers are built and run with; scripts/brokers.mjs gets the brokers themselves.
broker_packages() {
  local missing=()
  needs_command openssl openssl
  needs_command c++ g++
  needs_command python3 python3
  python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
  install_missing
}

bench_packages() {
  local missing=()
  needs_command jsc libjavascriptcoregtk-4.0-bin
  install_missing
  npm_ci bench 'MQTT.js and Paho, to compare with' --ignore-scripts
}

install_missing() {
  if [ ${#missing[@]} -eq 0 ]; then return; fi

  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
  if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    fail "These Debian packages are needed, please install them: ${missing[*]}"
  fi
  say "Installing ${missing[*]}"
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}"
}

needs_command() {
  PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null || missing+=("$2")
}

say() { printf '==> %s\n' "$1"; }

fail() {
  printf 'build.sh: %s\n' "$1" >&2
  exit 1
}

main "$@"
