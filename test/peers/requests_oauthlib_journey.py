"""Gets a token with requests-oauthlib, introspects it, revokes it and introspects it again.

Reads what to do as JSON from stdin, and prints the results as JSON, without the token.
"""

import json
import sys
import time
import uuid

import jwt
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

task = json.load(sys.stdin)
issuer, client_id, secret = task["issuer"], task["clientId"], task["clientSecret"]

# The session would not send its scope with this grant.
client = BackendApplicationClient(client_id=client_id, scope=["api:read"])
session = OAuth2Session(client=client)


def assertion():
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": issuer, "jti": str(uuid.uuid4())}
    with open(task["keyFile"], encoding="ascii") as file:
        key = file.read()
    return {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": jwt.encode(
            {**claims, "iat": now, "exp": now + 60}, key, "ES256", headers={"kid": task["kid"]}
        ),
    }


def in_body():
    """Returns the parameters with which a request authenticates, if it does so in the body."""
    if task["way"] == "client_secret_post":
        return {"client_id": client_id, "client_secret": secret}
    return {"client_id": client_id, **assertion()} if task["way"] == "private_key_jwt" else {}


auth = HTTPBasicAuth(client_id, secret) if task["way"] == "client_secret_basic" else None


def fetch_token():
    if auth:
        return session.fetch_token(f"{issuer}/token", auth=auth)
    own = {name: value for name, value in in_body().items() if name != "client_id"}
    return session.fetch_token(f"{issuer}/token", include_client_id=True, **own)


def introspect(token):
    data = {"token": token, **in_body()}
    response = session.post(f"{issuer}/introspect", data=data, auth=auth, withhold_token=True)
    return response.json()


def revoke(token):
    url, headers, body = client.prepare_token_revocation_request(f"{issuer}/revoke", token, **in_body())
    return session.post(url, data=body, headers=headers, auth=auth, withhold_token=True).status_code


granted = fetch_token()
access_token = granted.pop("access_token")
results = {
    "granted": granted,
    "before": introspect(access_token),
    "revoked": revoke(access_token),
    "after": introspect(access_token),
}
json.dump(results, sys.stdout)
