#!/bin/bash
# Makes the base image of the Dockerfile on a machine that reaches no image registry: Debian from debootstrap, Node and
# npm from this machine. Needs root and buildah. Use it only to test the image (`npm run test:image`), never to release
# it.
#   deploy/docker/base.sh [folder with node's bin/] [mirror of Debian]
set -euo pipefail
cd "$(dirname "$0")/../.."
node_home=${1:-$(dirname "$(dirname "$(command -v node)")")}
mirror=${2:-http://deb.debian.org/debian}
image=$(sed -n 's/^ARG NODE_IMAGE=//p' deploy/docker/Dockerfile)
wanted=${image#node:}
wanted=${wanted%%-*}
have=$("$node_home/bin/node" --version)
[[ $have == "v$wanted" ]] || { echo "The Dockerfile needs Node $wanted, but $node_home has $have. Give the folder of a Node $wanted as the first argument." >&2; exit 1; }
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")

root=$(mktemp -d)
container=
end() {
  [[ -z $container ]] || buildah rm "$container" >/dev/null
  rm -rf "$root"
}
trap end EXIT
debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "$mirror"
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
mkdir -p "$root/usr/local/lib/node_modules" "$root/usr/local/etc"
cp "$node_home/bin/node" "$root/usr/local/bin/node"
cp -r "$npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
# npm's built-in list of certificate authorities lacks those that the administrator of this machine added. The last
# stage of the Dockerfile removes npm together with this file.
echo 'cafile=/etc/ssl/certs/ca-certificates.crt' >"$root/usr/local/etc/npmrc"

container=$(buildah from scratch)
cp -a "$root/." "$(buildah mount "$container")/"
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --cmd node "$container"
buildah umount "$container" >/dev/null
buildah commit --quiet "$container" "docker.io/library/$image"
