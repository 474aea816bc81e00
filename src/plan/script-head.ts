/**
 * The functions of the script. A question that cannot be answered (no tool, no right, no connection) counts as "no", so
 * that an action which waits for it does not run.
 */
export const scriptHead = String.raw`set -u

# nas NAME METHOD ARGUMENTS: asks the middleware of a NAS through ssh, by the NAS's name as in the config of
# Strandline (give it an address and an administrator in ~/.ssh/config). On the NAS itself set STRANDLINE_LOCAL=1.
nas() {
  nas_name=$1
  shift
  if [ "${'$'}{STRANDLINE_LOCAL:-}" = 1 ]; then
    midclt call "$@"
  else
    ssh -o BatchMode=yes -- "$nas_name" "midclt call$(quoted "$@")" </dev/null
  fi
}

quoted() {
  for word in "$@"; do
    printf " '%s'" "$(printf '%s' "$word" | sed "s/'/'\\\\''/g")"
  done
}

# count NAS METHOD FILTERS NUMBER: is it exactly that many?
count() {
  seen=$(nas "$1" "$2" "$3" '{"count": true}') && [ "$seen" = "$4" ]
}

# unmentioned CLUSTER KINDS TEXT: was everything read, and does the text stand nowhere in it? CLUSTER is a kubectl context.
unmentioned() {
  seen=$(kubectl --context="$1" get "$2" --all-namespaces -o json) || return 1
  case $seen in
    '' | *"$3"*) return 1 ;;
    *) return 0 ;;
  esac
}

# same_uid CLUSTER RESOURCE NAME UID: is it still the same object?
same_uid() {
  seen=$(kubectl --context="$1" get "$2" -o 'jsonpath={.metadata.uid}' -- "$3") && [ "$seen" = "$4" ]
}

# look COMMAND: only says whether it holds now.
look() {
  if "$@"; then printf '    as expected: %s\n' "$*"; else printf '    NOT AS EXPECTED OR NOT READABLE: %s\n' "$*"; fi
}
`;
