# How the demo talks: acts, commands as a person would type them, and checks that count.
passed=0 failed=0
if [[ -t 1 ]]; then bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'; else bold='' dim='' green='' red='' plain=''; fi

act() { printf '\n%s== %s%s\n' "$bold" "$1" "$plain"; }
say() { printf '%s\n' "$1"; }

# Shows a command and runs it; the line goes to standard error, so that output can be piped.
show() {
  printf '%s$ %s%s\n' "$dim" "$*" "$plain" >&2
  "$@"
}

# check SENTENCE COMMAND...: one passed or failed; the command's output is shown when it fails.
check() {
  local sentence=$1 output; shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1)); printf '%s  ok  %s %s\n' "$green" "$plain" "$sentence"
  else
    failed=$((failed + 1)); printf '%sFAILED%s %s\n%s\n' "$red" "$plain" "$sentence" "$(tail -n 40 <<<"$output" | sed 's/^/         /')"
  fi
}

# Ends the demo when what follows would make no sense.
need() {
  local before=$failed
  check "$@"
  if ((failed > before)); then
    printf '\nThe rest of the story needs this.\n\n%d passed, %d failed\n' "$passed" "$failed"
    exit 1
  fi
}

# within SECONDS COMMAND...: tries until it succeeds or the time is over; prints the last try's output then.
within() {
  local end=$((SECONDS + $1)) output; shift
  until output=$("$@" 2>&1); do
    ((SECONDS < end)) || { printf 'not within the time: %s\n%s\n' "$*" "$output"; return 1; }
    sleep 0.3
  done
}

equals() { [[ $1 == "$2" ]] || { printf 'expected: %s\n     got: %s\n' "$2" "$1"; return 1; }; }
