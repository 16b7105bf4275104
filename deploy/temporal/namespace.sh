#!/bin/sh
# Registers Temporal's namespace of the platform and the search attributes that every checkout sets. A repeated run
# changes nothing. Needs TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE; TEMPORAL_RETENTION is 168h unless set. Waits for the
# server.
set -eu
retention=${TEMPORAL_RETENTION:-168h}

until temporal operator cluster health; do sleep 2; done
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"

# The servers know a new namespace only after they have refreshed their caches.
until known=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE"); do sleep 2; done
for attribute in OrderId UserId CheckoutStatus; do
  case $known in
    *"$attribute"*) ;;
    *) temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "$attribute" --type Keyword ;;
  esac
done
