#!/bin/sh
# Ends the processes of a launcher that was killed. Standard input is a pipe from the launcher with the lines "add
# <process group> <signal> <grace seconds>" and "del <process group>". The end of input means that the launcher ended.
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
    # The leader gets its grace time to stop its group in order. When it has ended or its time is up, the group is
    # killed.
    if ! kill -0 "$group" 2>/dev/null || [ "$waited" -ge "$((${entry##*:} * 5))" ]; then
      kill -s KILL -- "-$group" 2>/dev/null
      without "$group"
    fi
  done
  [ -z "$entries" ] && break
  waited=$((waited + 1))
  sleep 0.2
done
