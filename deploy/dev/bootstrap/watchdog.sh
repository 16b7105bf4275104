#!/bin/sh
# Ends what a killed launcher left behind. Its standard input is a pipe that only the launcher holds: lines
# "add <process group> <signal> <grace seconds>" and "del <process group>"; its end means the launcher is gone.
trap '' INT TERM HUP QUIT
entries=''
without() {
  kept=''
  for entry in $entries; do
    case $entry in "$1":*) ;; *) kept="$kept $entry" ;; esac
  done
  entries=$kept
}
while read -r verb group signal grace; do
  case $verb in
    add) entries="$entries $group:$signal:$grace" ;;
    del) without "$group" ;;
  esac
done
waited=0
for entry in $entries; do
  rest=${entry#*:}
  kill -s "${rest%%:*}" "${entry%%:*}" 2>/dev/null
done
while [ -n "$entries" ]; do
  for entry in $entries; do
    group=${entry%%:*}
    # Only a leader can stop its group in order; once it is gone, or out of time, the rest is ended at once.
    if ! kill -0 "$group" 2>/dev/null || [ "$waited" -ge "$((${entry##*:} * 5))" ]; then
      kill -s KILL -- "-$group" 2>/dev/null
      without "$group"
    fi
  done
  [ -z "$entries" ] && break
  waited=$((waited + 1))
  sleep 0.2
done
