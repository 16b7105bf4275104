#!/bin/sh
# Registers Temporal's namespace of the platform and the search attributes that every checkout sets. A repeated run
# changes nothing. Needs TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE; TEMPORAL_RETENTION is 168h unless set. While the server
# does not answer, it tells so and tries again. It gives up after WAIT_SECONDS (300 unless set).
set -eu
retention=${TEMPORAL_RETENTION:-168h}
wait_seconds=${WAIT_SECONDS:-300}
deadline=$(($(date +%s) + wait_seconds))

# Without a limit, a call may wait for ever for a name server or a server that does not answer.
operator() {
  temporal operator "$@" --command-timeout 10s
}

wait_for() {
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "Gave up after $wait_seconds s of waiting for $1; the error above tells why" >&2
    exit 1
  fi
  echo "Waiting for $1; the error above tells why" >&2
  sleep 2
}

until operator cluster health; do wait_for "Temporal at $TEMPORAL_ADDRESS"; done
operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"

# The servers know a new namespace only after they have refreshed their caches.
until known=$(operator search-attribute list --namespace "$TEMPORAL_NAMESPACE"); do
  wait_for "the namespace $TEMPORAL_NAMESPACE of Temporal at $TEMPORAL_ADDRESS"
done
for attribute in OrderId=Keyword UserId=Keyword CheckoutStatus=Keyword \
  OrderTotal=Int OrderCurrency=Keyword FailureReason=Keyword; do
  name=${attribute%=*}
  case $known in
    *"$name"*) ;;
    *) operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$name" --type "${attribute#*=}" ;;
  esac
done
