#!/bin/sh
# Sets up what the tests need, then runs every check and test. The last line is "N passed, N failed" and, where some
# could not run, ", N skipped"; the exit status is 0 when nothing failed. Arguments go to vitest.
set -u
cd "$(dirname "$0")/.." || exit 2
. ./scripts/setup.sh
. ./scripts/test-tools.sh

passed=0
failed=0
skipped=0

# check NAME COMMAND…: runs a command whose success or failure counts like a test's.
check() {
  name=$1
  shift
  printf '\n── %s\n' "$name"
  if "$@" </dev/null; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s: FAILED\n' "$name"
  fi
}

# The tests: a reporter of ours leaves "PASSED FAILED SKIPPED" in a file. No file means that vitest itself broke.
run_tests() {
  printf '\n── tests\n'
  IKEWISE_TEST_COUNTS=$PWD/.cache/test-counts
  export IKEWISE_TEST_COUNTS
  rm -f "$IKEWISE_TEST_COUNTS"
  node_modules/.bin/vitest run "$@" </dev/null
  status=$?
  if [ -s "$IKEWISE_TEST_COUNTS" ]; then
    read -r tests_passed tests_failed tests_skipped <"$IKEWISE_TEST_COUNTS"
  else
    tests_passed=0 tests_failed=1 tests_skipped=0
  fi
  # A failure that vitest attributes to no test must not vanish from the count.
  if [ "$status" -ne 0 ] && [ "$tests_failed" -eq 0 ]; then tests_failed=1; fi
  passed=$((passed + tests_passed))
  failed=$((failed + tests_failed))
  skipped=$((skipped + tests_skipped))
}

report() {
  line="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
  printf '\n%s\n' "$line"
  [ "$failed" -eq 0 ]
}

install_test_tools
check 'install and build' eval '(ensure_ready .)'
if is_installed .; then
  check 'types' npm run --silent check
  check 'lint' npm run --silent lint
  check 'dead code' npm run --silent knip
  run_tests "$@"
fi
report
