# Shell functions that bring a checkout to the state in which it runs: dependencies installed, sources built.
# Sourced by ./ikewise and by the Makefile's targets. Everything they say goes to standard error.

# How long one process waits for another that installs or builds, in seconds.
setup_timeout=${IKEWISE_SETUP_TIMEOUT:-600}

say() { printf 'ikewise: %s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 2
}

# Ends the process unless node is there and at least 20.19, the floor in package.json's "engines".
require_node() {
  command -v node >/dev/null 2>&1 || fail 'node is not installed; ikewise needs Node.js 20.19 or newer (https://nodejs.org)'
  version=$(node --version) || fail 'node does not start; ikewise needs Node.js 20.19 or newer'
  numbers=${version#v}
  major=${numbers%%.*}
  rest=${numbers#*.}
  minor=${rest%%.*}
  if [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    fail "this is Node.js $version; ikewise needs 20.19 or newer (https://nodejs.org)"
  fi
}

# is_installed ROOT: npm wrote its own lock file into node_modules after package-lock.json last changed.
is_installed() {
  [ -e "$1/node_modules/.package-lock.json" ] &&
    ! [ "$1/package-lock.json" -nt "$1/node_modules/.package-lock.json" ]
}

# is_built ROOT: nothing that goes into dist is newer than the stamp of the last good build.
is_built() {
  [ -e "$1/dist/.built" ] && [ -e "$1/dist/cli/main.js" ] &&
    [ -z "$(find "$1/src" "$1/scripts" "$1/tsconfig.json" "$1/package.json" \
      -type f ! -name '*.test.ts' -newer "$1/dist/.built" -print -quit)" ]
}

is_ready() { is_installed "$1" && is_built "$1"; }

# ensure_ready ROOT: what every caller wants. Ends with status 2 when it cannot be had.
ensure_ready() {
  require_node
  is_ready "$1" || set_up "$1"
}

# set_up ROOT: installs and builds what is_ready misses, one process at a time; a subshell, because it moves to ROOT
# and gives the lock back when it ends.
set_up() (
  cd "$1" || exit 2
  mkdir -p .cache && [ -w .cache ] || fail "cannot write to $PWD, which is needed to install and build"
  lock=.cache/setup.lock
  take_lock
  trap 'rm -rf "$lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  is_installed . || install
  is_built . || build
)

install() {
  command -v npm >/dev/null 2>&1 || fail 'npm is not installed; it comes with Node.js'
  say 'installing dependencies (npm ci)'
  npm ci --include=dev --loglevel=error >&2 </dev/null || fail 'npm ci failed; its message is above'
}

# The stamp is made before the compiler reads: a source saved while it runs counts as newer.
build() {
  say 'building (npm run build)'
  mkdir -p dist
  : >.cache/built
  npm run --silent build >&2 </dev/null || fail 'the build failed; its message is above'
  mv .cache/built dist/.built
}

# A directory is the lock, because mkdir either makes it or fails; the process that holds it writes its id inside.
take_lock() {
  waited=0
  until mkdir "$lock" 2>/dev/null; do
    [ "$waited" -lt "$setup_timeout" ] ||
      fail "still waiting after $setup_timeout s; if no other ikewise runs, remove $PWD/$lock and try again"
    if is_abandoned; then
      break_lock
    else
      [ "$waited" -gt 0 ] || say 'another ikewise is installing or building; waiting for it'
      sleep 1
    fi
    waited=$((waited + 1))
  done
  printf '%s\n' "$$" >"$lock/pid"
}

is_abandoned() {
  holder=$(cat "$lock/pid" 2>/dev/null) && [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null
}

# Only one process may remove a dead process's lock, and only after looking again: otherwise the second of two would
# remove the lock that the first has just taken.
break_lock() {
  if mkdir "$lock.breaking" 2>/dev/null; then
    if is_abandoned; then rm -rf "$lock"; fi
    rmdir "$lock.breaking"
  else
    sleep 1
  fi
}
