#!/bin/sh
# Tells GuardIT about backup tasks that run on this machine: POSIX sh, curl, awk and od.
# It never makes a backup script fail because GuardIT is away: see "Exit codes" below and docs/guide/scripts.md.
# scripts/guardit-client.ps1 sends the same bytes; test/integration/clients holds both to the same golden requests.
set -u

# A message may hold any bytes, whatever the locale of the script that calls.
LC_ALL=C
export LC_ALL

usage() {
  cat <<'USAGE'
Usage: guardit-client.sh ACTION [VALUES] [OPTIONS]
       guardit-client.sh --action ACTION [OPTIONS]

Actions:
  register  TASK_ID DISPLAY_NAME TASK_TYPE [DESCRIPTION]
  status    TASK_ID STATUS [MESSAGE [PROGRESS]]
            STATUS: running, completed, failed, error, warning, unknown
  get       TASK_ID
  list      [TASK_TYPE]
  update    TASK_ID        with the options that name the new values
  delete    TASK_ID
  history   TASK_ID        --page N --limit N
  flush                    sends statuses that could not be sent before

Options (--name value or --name=value):
  --task-id ID             default: $GUARDIT_TASK_ID
  --url URL                default: $GUARDIT_URL, else http://127.0.0.1:3000
  --display-name NAME  --task-type TYPE  --description TEXT  --server-id ID
  --expected-schedule TEXT  --grace-minutes N  --max-duration-minutes N
  --is-active true|false
  --status STATUS  --message TEXT  --progress 0-100  --data JSON
  --token-file FILE        default: $GUARDIT_TOKEN_FILE; on this machine tokens/reporter.token of GuardIT's data folder
  --spool-folder FOLDER    where a status waits that can't be sent
  --timeout SECONDS        for one attempt, default 5
  --retries N              further attempts, default 2
  --retry-delay SECONDS    before the first of them, doubled each time, default 1
  --strict                 exit with a code other than 0 when GuardIT refuses or can't be reached

Exit codes: 0 done, or GuardIT is away or refuses and this was said as a warning; 64 wrong call.
With --strict also: 65 refused, 66 task not registered, 75 not reached (a status waits in the spool), 77 not allowed.
USAGE
}

warn() { printf 'guardit-client: warning: %s\n' "$1" >&2; }

wrong_call() {
  printf 'guardit-client: %s\n(guardit-client.sh --help tells more)\n' "$1" >&2
  exit 64
}

# The end of a call that did not succeed.
give_up() {
  if [ "$strict" = yes ]; then exit "$1"; fi
  exit 0
}

# ---- Bytes ----------------------------------------------------------------------------------------------------------

# Reads any bytes and writes valid UTF-8: what is no UTF-8 becomes U+FFFD, one for each maximal part, as in browsers and .NET.
# mode json: the inside of a JSON string. mode path: percent-encoded. mode data: one JSON value, checked; exit code 1 when
# it is none. mode config: the inside of a quoted value of a curl configuration.
convert() {
  od -An -v -tu1 | awk -v mode="$1" '
    BEGIN {
      split("\\b \\t \\n . \\f \\r", short, " ")
      for (code = 48; code <= 57; code++) plain[code]
      for (code = 65; code <= 90; code++) { plain[code]; plain[code + 32] }
      plain[45]; plain[46]; plain[95]; plain[126]
      count = 0
    }
    { for (field = 1; field <= NF; field++) take($field + 0) }
    END {
      if (missing) replace()
      if (mode == "data") check()
    }

    function take(byte) {
      if (missing) {
        if (byte >= lowest && byte <= highest) {
          pending = pending " " byte
          lowest = 128; highest = 191
          if (--missing == 0) emit(pending)
          return
        }
        replace()
      }
      if (byte < 128) emit(byte)
      else if (byte >= 194 && byte <= 223) expect(byte, 1, 128, 191)
      else if (byte == 224) expect(byte, 2, 160, 191)
      else if (byte == 237) expect(byte, 2, 128, 159)
      else if (byte >= 225 && byte <= 239) expect(byte, 2, 128, 191)
      else if (byte == 240) expect(byte, 3, 144, 191)
      else if (byte == 244) expect(byte, 3, 128, 143)
      else if (byte >= 241 && byte <= 243) expect(byte, 3, 128, 191)
      else replace()
    }
    function expect(byte, more, from, to) { pending = byte; missing = more; lowest = from; highest = to }
    function replace() { missing = 0; emit("239 191 189") }
    function emit(bytes,   parts, n, at) {
      n = split(bytes, parts, " ")
      for (at = 1; at <= n; at++) put(parts[at] + 0)
    }
    function put(byte) {
      if (mode == "data") kept[++count] = byte
      else if (mode == "path") printf "%s", (byte in plain) ? sprintf("%c", byte) : sprintf("%%%02X", byte)
      else if (byte == 34 || byte == 92) printf "\\%c", byte
      else if (mode == "config") printf "%s", byte == 10 ? "\\n" : byte == 13 ? "\\r" : byte == 9 ? "\\t" : sprintf("%c", byte)
      else if (byte >= 8 && byte <= 13 && byte != 11) printf "%s", short[byte - 7]
      else if (byte < 32) printf "\\u%04x", byte
      else printf "%c", byte
    }

    function check(   first, last, at) {
      spot = 1
      blanks(); first = spot
      value(0); last = spot - 1
      blanks()
      if (spot <= count) exit 1
      for (at = first; at <= last; at++) printf "%c", kept[at]
    }
    function blanks() { while (kept[spot] == 32 || kept[spot] == 9 || kept[spot] == 10 || kept[spot] == 13) spot++ }
    function value(depth,   byte) {
      if (depth > 64 || spot > count) exit 1
      byte = kept[spot]
      if (byte == 123) members(depth, 125)
      else if (byte == 91) members(depth, 93)
      else if (byte == 34) text()
      else if (byte == 116) word("116 114 117 101")
      else if (byte == 102) word("102 97 108 115 101")
      else if (byte == 110) word("110 117 108 108")
      else number()
    }
    function members(depth, end) {
      spot++; blanks()
      if (kept[spot] == end) { spot++; return }
      while (1) {
        if (end == 125) { text(); blanks(); if (kept[spot++] != 58) exit 1; blanks() }
        value(depth + 1); blanks()
        if (kept[spot] == end) { spot++; return }
        if (kept[spot++] != 44) exit 1
        blanks()
      }
    }
    function text(   at) {
      if (kept[spot++] != 34) exit 1
      while (spot <= count && kept[spot] != 34) {
        if (kept[spot] < 32) exit 1
        if (kept[spot] == 92) {
          spot++
          if (kept[spot] == 117) for (at = 0; at < 4; at++) { if (sprintf("%c", kept[++spot]) !~ /[0-9A-Fa-f]/) exit 1 }
          else if (spot > count || sprintf("%c", kept[spot]) !~ /["\\\/bfnrt]/) exit 1
        }
        spot++
      }
      if (spot++ > count) exit 1
    }
    function word(bytes,   parts, n, at) {
      n = split(bytes, parts, " ")
      for (at = 1; at <= n; at++) if (kept[spot++] != parts[at] + 0) exit 1
    }
    function number(   digits) {
      digits = ""
      while (spot <= count && index("+-.0123456789Ee", sprintf("%c", kept[spot]))) digits = digits sprintf("%c", kept[spot++])
      if (digits !~ /^-?(0|[1-9][0-9]*)([.][0-9]+)?([Ee][+-]?[0-9]+)?$/) exit 1
    }
  '
}

# ---- What is asked for ----------------------------------------------------------------------------------------------

lower_case() { printf '%s' "$1" | tr '[:upper:]' '[:lower:]'; }

# An option that was not given is not in the request; one that was given empty is.
set_option() {
  case $1 in
    action) action=$(lower_case "$2") ;;
    task-id) task_id=$2 ;;
    url) url=$2 ;;
    display-name) display_name=$2 ;;
    task-type) task_type=$2 ;;
    description) description=$2 ;;
    server-id) server_id=$2 ;;
    expected-schedule) expected_schedule=$2 ;;
    grace-minutes) grace_minutes=$2 ;;
    max-duration-minutes) max_duration_minutes=$2 ;;
    is-active) is_active=$2 ;;
    status) status=$2 ;;
    message) message=$2 ;;
    progress) progress=$2 ;;
    data) data=$2 ;;
    page) page=$2 ;;
    limit) limit=$2 ;;
    token-file) token_file=$2 ;;
    spool-folder) spool_folder=$2 ;;
    timeout) timeout=$2 ;;
    retries) retries=$2 ;;
    retry-delay) retry_delay=$2 ;;
    *) wrong_call "There is no option --$1." ;;
  esac
}

take_positional() {
  if [ -z "$action" ]; then
    action=$(lower_case "$1")
    return
  fi
  place=$((place + 1))
  case $action:$place in
    list:1) task_type=$1 ;;
    register:1 | status:1 | get:1 | update:1 | delete:1 | history:1) task_id=$1 ;;
    register:2) display_name=$1 ;;
    register:3) task_type=$1 ;;
    register:4) description=$1 ;;
    status:2) status=$1 ;;
    status:3) message=$1 ;;
    status:4) progress=$1 ;;
    *) wrong_call "One value too many: $1" ;;
  esac
}

need() { if [ -z "$2" ]; then wrong_call "$action needs $1."; fi; }

require_whole() {
  case $2 in
    '' | *[!0-9]*) wrong_call "$1 takes a whole number, not '$2'." ;;
  esac
}

# ---- The request ----------------------------------------------------------------------------------------------------

add_raw() {
  body="$body${body:+,}\"$1\":$2"
}

add_text() {
  add_raw "$1" "\"$(printf '%s' "$2" | convert json)\""
}

# A number that some script computed wrongly must not cost the status itself.
add_whole() {
  case ${2#-} in
    0 | [1-9]*) digits=${2#-} ;;
    *) digits=x ;;
  esac
  case $digits in
    *[!0-9]*)
      warn "$1 must be a whole number, so '$2' is left out."
      if [ "$strict" = yes ]; then exit 64; fi
      ;;
    *) add_raw "$1" "$2" ;;
  esac
}

add_flag() {
  case $2 in
    true | True | TRUE | 1 | yes) add_raw "$1" true ;;
    false | False | FALSE | 0 | no) add_raw "$1" false ;;
    *) wrong_call "--is-active takes true or false, not '$2'." ;;
  esac
}

add_data() {
  if checked=$(printf '%s' "$2" | convert data) && [ -n "$checked" ]; then
    add_raw "$1" "$checked"
  else
    warn "$1 is not valid JSON, so it is left out."
    if [ "$strict" = yes ]; then exit 64; fi
  fi
}

add_task_fields() {
  if [ -n "${display_name+set}" ]; then add_text displayName "$display_name"; fi
  if [ -n "${task_type+set}" ]; then add_text taskType "$task_type"; fi
  if [ -n "${description+set}" ]; then add_text description "$description"; fi
  if [ -n "${server_id+set}" ]; then add_text serverId "$server_id"; fi
  if [ -n "${expected_schedule+set}" ]; then add_text expectedSchedule "$expected_schedule"; fi
  if [ -n "${grace_minutes+set}" ]; then add_whole graceMinutes "$grace_minutes"; fi
  if [ -n "${max_duration_minutes+set}" ]; then add_whole maxDurationMinutes "$max_duration_minutes"; fi
  if [ -n "${is_active+set}" ]; then add_flag isActive "$is_active"; fi
}

add_status_fields() {
  add_text status "$status"
  if [ -n "${message+set}" ]; then add_text message "$message"; fi
  if [ -n "${progress+set}" ]; then add_whole progress "$progress"; fi
  if [ -n "${data+set}" ]; then add_data data "$data"; fi
}

in_path() { printf '%s' "$1" | convert path; }

# Sets method, path and body.
build_request() {
  body=''
  method=GET
  case $action in
    register)
      need --task-id "$task_id"
      need --display-name "${display_name-}"
      need --task-type "${task_type-}"
      method=POST path=/api/tasks/register
      add_text taskId "$task_id"
      add_task_fields
      ;;
    status)
      need --task-id "$task_id"
      need --status "${status-}"
      method=POST path=/api/status/$(in_path "$task_id")
      add_status_fields
      ;;
    list)
      path=/api/tasks
      if [ -n "${task_type-}" ]; then path=/api/tasks/type/$(in_path "$task_type"); fi
      ;;
    get)
      need --task-id "$task_id"
      path=/api/tasks/$(in_path "$task_id")
      ;;
    update)
      need --task-id "$task_id"
      method=PUT path=/api/tasks/$(in_path "$task_id")
      add_task_fields
      if [ -z "$body" ]; then wrong_call 'update needs at least one value to change.'; fi
      ;;
    delete)
      need --task-id "$task_id"
      method=DELETE path=/api/tasks/$(in_path "$task_id")
      ;;
    history)
      need --task-id "$task_id"
      path=/api/history/$(in_path "$task_id")
      query=''
      if [ -n "${page-}" ]; then require_whole --page "$page"; query="page=$page"; fi
      if [ -n "${limit-}" ]; then require_whole --limit "$limit"; query="$query${query:+&}limit=$limit"; fi
      path=$path${query:+?$query}
      ;;
    *) wrong_call "There is no action '$action'." ;;
  esac
  if [ -n "$body" ]; then body="{$body}"; fi
}

# ---- Where to, and as whom ------------------------------------------------------------------------------------------

check_url() {
  while [ "${url%/}" != "$url" ]; do url=${url%/}; done
  case $url in
    http://?* | https://?*) ;;
    *) wrong_call "--url must begin with http:// or https://, not '$url'." ;;
  esac
  case $url in
    *[!A-Za-z0-9._~:/%[\]-]*) wrong_call "--url holds a character that it can't: '$url'." ;;
  esac
  host=${url#*://}
  host=${host%%/*}
  case $host in
    \[*) host=${host#\[} host=${host%%\]*} ;;
    *) host=${host%%:*} ;;
  esac
  case $host in
    localhost | 127.*.*.* | ::1) loopback=yes ;;
    *) loopback=no ;;
  esac
  # A name may look like an address: 127.0.0.1.example.org is somebody else's machine.
  case $host in
    127.*[!0-9.]*) loopback=no ;;
  esac
}

# As main/infra/data-folder has it.
find_data_folder() {
  home=${HOME:-/nonexistent}
  if [ -n "${GUARDIT_DATA_DIR:-}" ]; then
    data_folder=$GUARDIT_DATA_DIR
  elif [ "$(id -u)" = 0 ]; then
    data_folder=/var/lib/guardit
  elif [ "$(uname -s)" = Darwin ]; then
    data_folder="$home/Library/Application Support/GuardIT"
  else
    case ${XDG_DATA_HOME:-} in
      /*) data_folder=$XDG_DATA_HOME/guardit ;;
      *) data_folder=$home/.local/share/guardit ;;
    esac
  fi
}

# Sets token, perhaps to nothing: without a token GuardIT takes a call from its own machine as a local reporter's.
find_token() {
  token=''
  if [ -n "$token_file" ]; then
    if [ ! -r "$token_file" ]; then
      warn "The token file $token_file can't be read, so no token is sent."
      return
    fi
    IFS= read -r token <"$token_file"
  elif [ -n "${GUARDIT_TOKEN:-}" ] && [ "$url" = "${GUARDIT_URL%/}" ]; then
    # Set by GuardIT for the scripts that it runs, and meant for that server only.
    token=$GUARDIT_TOKEN
  elif [ "$loopback" = yes ] && [ -r "$data_folder/tokens/reporter.token" ]; then
    IFS= read -r token <"$data_folder/tokens/reporter.token"
  fi
  token=$(printf '%s' "$token" | tr -d ' \t\r')
  case $token in
    *[!A-Za-z0-9._~+/=-]*)
      warn 'The token holds a character that no token has, so it is not sent.'
      token=''
      ;;
  esac
  case $token:$loopback:$url in
    ?*:no:http://*)
      warn 'The token is not sent over plain http to another machine: use an https address.'
      token=''
      ;;
  esac
}

# ---- Sending --------------------------------------------------------------------------------------------------------

# The whole call as a curl configuration, for standard input: a command line can be read by every user of the machine.
# Arguments: method, path, body, attempt id, recorded time.
curl_config() {
  printf 'request = "%s"\nurl = "%s%s"\n' "$1" "$url" "$2"
  printf 'user-agent = "guardit-client/1"\nheader = "Accept: application/json"\nheader = "Expect:"\n'
  printf 'max-time = %s\ngloboff\npath-as-is\n' "$timeout"
  if [ "$loopback" = yes ]; then printf 'noproxy = "*"\n'; fi
  if [ -n "$token" ]; then printf 'header = "Authorization: Bearer %s"\n' "$token"; fi
  if [ -n "$3" ]; then
    printf 'header = "Content-Type: application/json"\ndata-binary = "%s"\n' "$(printf '%s' "$3" | convert config)"
  fi
  if [ -n "$4" ]; then printf 'header = "Idempotency-Key: %s"\n' "$4"; fi
  if [ -n "$5" ]; then printf 'header = "X-GuardIT-Recorded-At: %s"\n' "$5"; fi
}

# One attempt. Sets code (000: not reached), answer, retry_after and trouble.
send_once() {
  code=000 answer='' retry_after=''
  if ! command -v curl >/dev/null 2>&1; then
    trouble='curl is not installed'
    return
  fi
  # -q first: somebody's .curlrc must not add headers, redirects or a log of what is sent.
  output=$(curl_config "$@" | curl -q -sS -i -w '\n%{http_code}' --config - 2>&1)
  result=$?
  if [ "$result" -ne 0 ]; then
    trouble=$(printf '%s\n' "$output" | sed -n 's/^curl: //p' | tail -n 1)
    trouble=${trouble:-curl ended with $result}
    return
  fi
  code=${output##*
}
  trouble="it answers $code"
  output=$(printf '%s\n' "${output%
*}" | awk '
    BEGIN { head = 1; wait = "" }
    head {
      sub(/\r$/, "")
      if ($0 == "") { head = 0; begins = 1 }
      else if (tolower($0) ~ /^retry-after: *[0-9]+ *$/) { wait = $0; gsub(/[^0-9]/, "", wait) }
      next
    }
    # Interim answers and those of a proxy come with a head of their own.
    begins && /^HTTP\/[0-9.]+ [0-9]/ { head = 1; wait = ""; next }
    { if (begins) print "retry-after:" wait; begins = 0; print }
    END { if (head || begins) print "retry-after:" wait }')
  retry_after=${output%%
*}
  retry_after=${retry_after#retry-after:}
  case $output in
    *'
'*) answer=${output#*
} ;;
  esac
}

# Sets outcome: sent, refused or away. Arguments as those of curl_config.
send() {
  delay=$retry_delay
  left=$retries
  while :; do
    send_once "$@"
    case $code in
      2??) outcome=sent; return ;;
      000 | 429 | 5??) outcome=away ;;
      *) outcome=refused; return ;;
    esac
    if [ "$left" -le 0 ]; then return; fi
    left=$((left - 1))
    pause=$delay
    case $retry_after in
      '') ;;
      # Nobody's backup waits for that long; the spool can.
      ???* | [2-9]? | 1[1-9]) return ;;
      *) pause=$retry_after ;;
    esac
    sleep "$pause"
    delay=$((delay * 2))
  done
}

# What GuardIT says about a refusal, without what could steer a terminal.
refusal() {
  said=$(printf '%s' "$answer" | tr -d '\000-\037\177' |
    sed -n 's/^.*"error" *: *"\(\([^"\\]\|\\.\)*\)".*$/\1/p' | sed 's/\\\(["\\/]\)/\1/g')
  printf '%s' "${said:-no reason given} (HTTP $code)"
}

refusal_code() {
  case $code in
    401 | 403) echo 77 ;;
    404) echo 66 ;;
    *) echo 65 ;;
  esac
}

# ---- The spool ------------------------------------------------------------------------------------------------------

# docs/SPOOL.md. The service empties its own spool; what waits anywhere else is sent by this script when it is called again.
find_spool() {
  own_outbox=yes
  if [ -n "$spool_folder" ]; then return; fi
  spool_folder=$data_folder/spool
  if [ "$loopback" = yes ] && [ -d "$spool_folder" ] && [ -w "$spool_folder" ] && [ -x "$spool_folder" ]; then
    own_outbox=no
  else
    spool_folder=${XDG_STATE_HOME:-$home/.local/state}/guardit/outbox
  fi
}

# Sets recorded_at, in milliseconds.
read_clock() {
  recorded_at=$(date -u '+%Y-%m-%dT%H:%M:%S.%N')
  case ${recorded_at##*.} in
    [0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]) recorded_at=${recorded_at%??????}Z ;;
    *) recorded_at=${recorded_at%.*}.000Z ;;
  esac
}

new_attempt_id() {
  od -An -N16 -v -tx1 /dev/urandom | tr -d ' \n' |
    sed 's/^\(........\)\(....\).\(...\).\(...\)\(............\).*$/\1-\2-4\3-a\4-\5/'
}

# The order of the fields is part of the format: flush() relies on it.
write_spooled() {
  printf '{"version":1,"attemptId":"%s","recordedAt":"%s","server":"%s","method":"POST","path":"%s","body":%s}\n' \
    "$attempt_id" "$recorded_at" "$url" "$path" "$body"
}

# Renamed into place: whoever reads the folder sees a whole file or none.
spool() {
  mask=$(umask)
  if [ "$own_outbox" = yes ]; then umask 077; else umask 022; fi
  mkdir -p "$spool_folder" 2>/dev/null
  stamp=$(printf '%s' "$recorded_at" | tr -d ':.-')
  set -- "$spool_folder"/*.json
  if [ "$#" -ge 1000 ]; then
    umask "$mask"
    trouble='1000 statuses wait already'
    return 1
  fi
  # Clocks without fractions of a second: later ones of one second come later in the order of names.
  turn=0
  case $recorded_at in
    *.000Z)
      set -- "$spool_folder/$stamp"*.json
      if [ -e "$1" ]; then turn=$#; fi
      ;;
  esac
  name=$stamp-$(printf '%03d' "$turn")-$attempt_id
  draft=$spool_folder/.$name.tmp
  if write_spooled 2>/dev/null >"$draft" &&
    mv "$draft" "$spool_folder/$name.json" 2>/dev/null; then
    umask "$mask"
    return 0
  fi
  rm -f "$draft" 2>/dev/null
  umask "$mask"
  trouble="nothing can be written in $spool_folder"
  return 1
}

# Sends what waits for this server, oldest first. Where nobody answers it stops at once and sets outcome to away.
flush() {
  outcome=sent
  if [ "$own_outbox" = no ]; then return; fi
  until_second=$(($(date +%s) + 20))
  kept_retries=$retries
  failures=0
  for waiting in "$spool_folder"/*.json; do
    if [ ! -f "$waiting" ] || [ ! -r "$waiting" ]; then continue; fi
    if [ "$(date +%s)" -gt "$until_second" ]; then break; fi
    content=$(cat "$waiting")
    # The order of the fields is fixed, and none before "body" can hold a quotation mark.
    waiting_body=${content#*,\"body\":}
    fields=${content%%,\"body\":*}
    case $fields in
      "{\"version\":1,\"attemptId\":\""*"\"server\":\"$url\",\"method\":\"POST\",\"path\":\"/api/status/"*\") ;;
      *) continue ;;
    esac
    waiting_path=${fields##*\"path\":\"}
    waiting_id=${fields#*\"attemptId\":\"}
    waiting_time=${fields#*\"recordedAt\":\"}
    case ${waiting_path%\"}${waiting_id%%\"*}${waiting_time%%\"*} in
      *[!A-Za-z0-9._~%:/-]*) continue ;;
    esac
    retries=0
    send POST "${waiting_path%\"}" "${waiting_body%\}}" "${waiting_id%%\"*}" "${waiting_time%%\"*}"
    retries=$kept_retries
    case $outcome:$code in
      # Perhaps only this one: others may pass, and so may the status that is reported now.
      away:5*)
        outcome=sent
        failures=$((failures + 1))
        if [ "$failures" -ge 5 ]; then return; fi
        ;;
      away:*) return ;;
      refused:*)
        warn "GuardIT refuses a status of ${waiting_time%%\"*}: $(refusal). It is kept as $waiting.refused"
        mv "$waiting" "$waiting.refused"
        outcome=sent
        ;;
      *) rm -f "$waiting" ;;
    esac
  done
}

# ---- The call -------------------------------------------------------------------------------------------------------

# The calling script may export variables of these names.
unset display_name task_type description server_id expected_schedule grace_minutes max_duration_minutes is_active
unset status message progress data page limit
action='' task_id=${GUARDIT_TASK_ID:-} url=${GUARDIT_URL:-http://127.0.0.1:3000} strict=no place=0
token_file=${GUARDIT_TOKEN_FILE:-} spool_folder='' timeout=5 retries=2 retry_delay=1

while [ "$#" -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit 0
      ;;
    --strict) strict=yes ;;
    --)
      shift
      for value in "$@"; do take_positional "$value"; done
      break
      ;;
    --*=*)
      option=${1%%=*}
      set_option "${option#--}" "${1#*=}"
      ;;
    --*)
      if [ "$#" -lt 2 ]; then wrong_call "$1 needs a value."; fi
      set_option "${1#--}" "$2"
      shift
      ;;
    -?*) wrong_call "There is no option $1 (write -- before values that begin with a hyphen)." ;;
    *) take_positional "$1" ;;
  esac
  shift
done
if [ -z "$action" ]; then wrong_call 'Say what to do: an action is missing.'; fi
require_whole --timeout "$timeout"
if [ "$timeout" -eq 0 ]; then wrong_call '--timeout takes at least 1.'; fi
require_whole --retries "$retries"
require_whole --retry-delay "$retry_delay"
check_url
if [ "$action" != flush ]; then build_request; fi
find_data_folder
find_token
find_spool

if [ "$action" = flush ]; then
  flush
  if [ "$outcome" = sent ]; then exit 0; fi
  warn "GuardIT at $url is not available: $trouble. What waits stays in $spool_folder."
  give_up 75
fi

attempt_id=''
if [ "$action" = status ]; then
  read_clock
  attempt_id=$(new_attempt_id)
  flush
else
  outcome=sent
fi
# Where what waits could not be sent, a new status joins the queue: it is not worth the same time-outs once more.
if [ "$outcome" = sent ]; then send "$method" "$path" "$body" "$attempt_id" ''; fi

case $outcome in
  sent)
    # A status says nothing, so that cron sends no mail.
    if [ "$action" != status ] && [ -n "$answer" ]; then printf '%s\n' "$answer"; fi
    exit 0
    ;;
  refused)
    warn "GuardIT refuses: $(refusal)"
    give_up "$(refusal_code)"
    ;;
esac
reason=$trouble
if [ "$action" != status ]; then
  warn "GuardIT at $url is not available: $reason. Nothing was done."
elif spool; then
  warn "GuardIT at $url is not available: $reason. The status waits in $spool_folder."
else
  warn "GuardIT at $url is not available: $reason. The status is lost: $trouble."
fi
give_up 75
