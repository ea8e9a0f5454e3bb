# A shell function that installs the programs which some tests drive. Sourced by scripts/test.sh.

# Program, and the Debian package that has it. kernel-libipsec is the strongSwan plugin that does ESP in user space.
test_tools='
openssl         openssl
ip              iproute2
ping            iputils-ping
tshark          tshark
chromium        chromium
charon-systemd  charon-systemd
swanctl         strongswan-swanctl
pki             strongswan-pki
/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so  libcharon-extra-plugins
/usr/lib/ipsec/plugins/libstrongswan-openssl.so          libstrongswan-standard-plugins
'

has_tool() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing_packages() {
  printf '%s' "$test_tools" | while read -r tool package; do
    [ -z "$tool" ] || has_tool "$tool" || printf ' %s' "$package"
  done
}

# Installs what is missing where that needs nobody's answer: on Debian, as root or with sudo that asks for no password.
# Elsewhere it says what is missing; the tests that need it then skip themselves, or fail when CI=true.
install_test_tools() {
  packages=$(missing_packages)
  [ -n "$packages" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "not installed:$packages (Debian's names); the tests that need them cannot run"
  elif [ "$(id -u)" -eq 0 ]; then
    apt_install env
  elif sudo -n true 2>/dev/null; then
    apt_install sudo -n env
  else
    say "not installed:$packages; as root: apt-get install --no-install-recommends$packages"
  fi
}

# apt_install RUNNER…: RUNNER runs a command with variables, and as root.
apt_install() {
  say "installing for the tests:$packages"
  { "$@" DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
    # shellcheck disable=SC2086 # a list of package names
    "$@" DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $packages; } \
    </dev/null >&2 || say 'apt-get failed; its message is above'
}
