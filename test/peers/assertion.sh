#!/bin/sh
# Prints an assertion (RFC 7523) that openssl signs with RS256: sh assertion.sh CLIENT_ID ISSUER KEY_FILE
set -eu

encode() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

now=$(date +%s)
header=$(printf '{"alg":"RS256","typ":"JWT"}' | encode)
claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s","jti":"%s","iat":%d,"exp":%d}' \
  "$1" "$1" "$2" "$(openssl rand -hex 16)" "$now" $((now + 60)) | encode)
signature=$(printf '%s.%s' "$header" "$claims" | openssl dgst -sha256 -sign "$3" | encode)
printf '%s.%s.%s' "$header" "$claims" "$signature"
