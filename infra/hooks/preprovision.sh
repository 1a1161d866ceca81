#!/bin/sh
# Says what is missing before anything is created. npm brings the Node.js that the check needs.
set -eu

if [ ! -d node_modules ]; then
  printf 'preprovision: the tools are not installed yet: run npm ci\n' >&2
  exit 1
fi
npm run --silent check:answers
