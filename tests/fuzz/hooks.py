"""Tells Schemathesis what the OpenAPI document does not say: ids that exist, and refusals that are no defects.

FUZZ_SEED is the seed of the random choices here. FUZZ_BASE_URL is the platform's address. FUZZ_TOKEN, FUZZ_EMAIL and
FUZZ_PASSWORD belong to the caller and are absent for calls without a token. FUZZ_PRODUCTS are ids of products in stock.
"""

import atexit
import collections
import os
import random
import re
import uuid

import requests
import jsonschema_rs
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.openapi.checks import RejectedPositiveData
from schemathesis.wfc.escalation import EscalatingAuthProvider

choice = random.Random(int(os.environ["FUZZ_SEED"]))
base_url = os.environ["FUZZ_BASE_URL"]
token = os.environ.get("FUZZ_TOKEN")
account = {"email": os.environ.get("FUZZ_EMAIL"), "password": os.environ.get("FUZZ_PASSWORD")}
# Values that exist, by the field name that requests use for them. Answers add more.
known = {"productId": os.environ["FUZZ_PRODUCTS"].split(","), "orderId": [], "sessionId": [], "transactionId": []}
known |= {"refreshToken": [], "accessToken": [], "currencyCode": ["USD"]}
created = []
most_known = 100
uuid_form = re.compile("[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
answers = collections.defaultdict(collections.Counter)
# Operations that Schemathesis repeated with the neighbour's token.
tried_as_neighbour = set()


def often(share=0.7):
    return choice.random() < share


def ask(method, path, **arguments):
    """Sends an extra request as the caller. Gives the JSON of a success, or else {}."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.UUID(int=choice.getrandbits(128), version=4))
    answer = requests.request(method, base_url + path, headers=headers, timeout=15, **arguments)
    return answer.json() if answer.ok else {}


# Before a request: replaces valid values by values that exist.


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or case.operation is None:
        return
    valid = {place: not case.meta.is_negative_at(place) for place in ParameterLocation}
    if valid[ParameterLocation.HEADER]:
        use_fresh_key(case)
    # A header is also replaced where another one is missing: the answer must then be about that one.
    if case.headers and "If-Match" in case.headers:
        case.headers["If-Match"] = choice.choice(['"v1"', '"v2"', "*"])
    if valid[ParameterLocation.QUERY] and case.query and "pageToken" in case.query and often(0.9):
        case.query["pageToken"] = real_page_token(case)
    # In stateful tests the ids come from earlier answers, and the checks rely on that.
    if valid[ParameterLocation.PATH] and case.path_parameters and case.meta.phase.name != "stateful":
        use_known_path(case)
    if valid[ParameterLocation.BODY] and isinstance(case.body, dict):
        use_known_body(case.operation.label, case.body)


def use_fresh_key(case):
    """Sets a new key. Generated keys repeat, and then the stored answer may be older than a DELETE."""
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.UUID(int=choice.getrandbits(128), version=4))


def real_page_token(case):
    """The token of the second page of the same list. Empty if there is only one page."""
    filters = {name: value for name, value in case.query.items() if name not in ("pageToken", "pageSize")}
    texts = {name: str(value).lower() if isinstance(value, bool) else value for name, value in filters.items()}
    return ask("GET", case.operation.path, params={**texts, "pageSize": 1}).get("nextPageToken", "")


def use_known_path(case):
    label = case.operation.label
    for name in case.path_parameters:
        pool = created if label == "DELETE /api/v1/products/{productId}" else known.get(name)
        if label.endswith(":cancel") and often():
            pool = start_order()
        if label.endswith("/cart/items/{productId}") and often():
            pool = [put_into_cart()]
        if pool and often():
            case.path_parameters[name] = choice.choice(pool)


def use_known_body(label, body):
    # The header has the key, and the two must not differ.
    body.pop("requestId", None)
    if label == "POST /api/v1/auth/login" and account["email"] and often(0.3):
        body.update(account)
    if label == "POST /api/v1/auth/password" and account["email"] and often():
        body["currentPassword"] = account["password"]
    if label == "POST /api/v1/cart/checkout":
        if often():
            put_into_cart()
        if often():
            body.pop("expectedTotal", None)
    put_known(body)


def put_known(value):
    if isinstance(value, list):
        for each in value:
            put_known(each)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("etag"), str) and often():
        value["etag"] = ""
    for name, inner in value.items():
        if isinstance(inner, str) and known.get(name) and often():
            value[name] = choice.choice(known[name])
        put_known(inner)


def put_into_cart():
    product = choice.choice(known["productId"][:10])
    if token:
        ask("POST", "/api/v1/cart/items", json={"productId": product, "quantity": 1})
    return product


def start_order():
    """Starts a checkout and gives its order id, in a list. The order has probably not ended yet."""
    if not token:
        return []
    put_into_cart()
    order = ask("POST", "/api/v1/cart/checkout", json={}).get("checkout")
    return [order["orderId"]] if order else known["orderId"]


# After an answer: remembers the values in it.


@schemathesis.hook
def after_call(context, case, response):
    if case.operation and case.method.lower() == case.operation.method.lower():
        answers[case.operation.label][response.status_code] += 1
    if not 200 <= response.status_code < 300 or "json" not in response.headers.get("content-type", [""])[0]:
        return
    label = case.operation.label if case.operation else ""
    answer = response.json()
    learn(answer)
    if label == "POST /api/v1/products":
        created.append(answer["product"]["productId"])
    if label == "DELETE /api/v1/products/{productId}":
        gone = case.path_parameters["productId"]
        created[:] = [each for each in created if each != gone]
        known["productId"] = [each for each in known["productId"] if each != gone]
    if label == "POST /api/v1/auth/password" and response.status_code == 200:
        account["password"] = case.body["newPassword"]


def learn(value):
    if isinstance(value, list):
        for each in value:
            learn(each)
    # The caller's current session must not be ended, because later requests need it.
    if not isinstance(value, dict) or value.get("current") is True:
        return
    for name, inner in value.items():
        pool = known.get(name)
        if pool is not None and name != "currencyCode" and isinstance(inner, str) and inner and inner not in pool:
            pool.append(inner)
            if len(pool) > most_known:
                pool.pop(10)
        learn(inner)


# The check reports only findings. This records its probes, because a check that never runs has no findings either.
claim_probe = EscalatingAuthProvider.claim_probe


def claim_and_note(provider, key):
    claimed = claim_probe(provider, key)
    if claimed and key[0] == "read":
        tried_as_neighbour.add(key[1])
    return claimed


EscalatingAuthProvider.claim_probe = claim_and_note


@atexit.register
def report():
    """Prints how deep the run went: the operations that never succeeded, with the statuses of their answers."""
    shallow = {label: counts for label, counts in answers.items() if not any(status < 300 for status in counts)}
    print(f"{len(answers) - len(shallow)} of {len(answers)} operations succeeded at least once. The others got:")
    for label, counts in sorted(shallow.items()):
        print(f"  {label}: {', '.join(f'{count} x {status}' for status, count in sorted(counts.items()))}")
    if token:
        print(f"Repeated with another user's token: {', '.join(sorted(tried_as_neighbour)) or 'nothing'}")


# A schema says which requests are well formed. It does not say which of them can succeed.

about_form = {"MALFORMED_REQUEST", "VALIDATION_FAILED"}


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops a finding "schema-valid request rejected" if the contract itself demands the refusal, and a finding
    "schema-violating request accepted" for an empty query parameter, which counts as not sent (allowEmptyValue), or for an
    amount as a number or null, which the document does not mention."""
    if isinstance(failure, AcceptedNegativeData) and any(value in ("", [""]) for value in (case.query or {}).values()):
        return False
    if isinstance(failure, AcceptedNegativeData) and has_lenient_amount(case.body):
        return False
    if isinstance(failure, AcceptedNegativeData) and is_sound_after_all(case):
        return False
    # No product has the etag of a made-up If-Match.
    if isinstance(failure, RejectedPositiveData) and response.status_code == 412:
        return False
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 400:
        return True
    problem = response.json()
    if problem["reason"] in documented_reasons(case.operation) - about_form:
        return False
    # Schemathesis once takes "0" for a key that fits the pattern.
    if has_malformed_key(case):
        return False
    # JSON Schema cannot limit the length in bytes (passwords have such a limit); the document has it as x-maxBytes.
    violations = problem["violations"]
    # Nor can it say that two places of a request must agree.
    if any(violation["description"] == "differs from the header If-Match" for violation in violations):
        return False
    return not (violations and all(is_too_many_bytes(case.body, violation) for violation in violations))


def is_sound_after_all(case):
    """Whether only the body was to break the schema, and it is too short in characters at most. The document tells the
    least length of a password in characters, for forms; the service counts bytes (`x-minBytes`)."""
    others = [place for place in ParameterLocation if place != ParameterLocation.BODY]
    if not case.meta.is_negative_at(ParameterLocation.BODY) or any(case.meta.is_negative_at(place) for place in others):
        return False
    whole = case.operation.schema.raw_schema
    body = whole["paths"][case.operation.path][case.operation.method.lower()]["requestBody"]
    schema = body["content"]["application/json"]["schema"]
    in_bytes = without_least_length({**schema, "components": whole["components"]})
    return jsonschema_rs.validator_for(in_bytes).is_valid(case.body)


def without_least_length(value):
    """The same document without `minLength` where it has `x-minBytes`."""
    if isinstance(value, list):
        return [without_least_length(each) for each in value]
    if not isinstance(value, dict):
        return value
    dropped = ("minLength",) if "x-minBytes" in value else ()
    return {name: without_least_length(inner) for name, inner in value.items() if name not in dropped}


def has_malformed_key(case):
    key = (case.headers or {}).get("Idempotency-Key")
    return key is not None and uuid_form.fullmatch(str(key)) is None


def has_lenient_amount(value):
    """Whether an amount is a number or null. The document says string, the form that generated clients understand."""
    if isinstance(value, list):
        return any(has_lenient_amount(each) for each in value)
    if not isinstance(value, dict):
        return False
    own = "minorUnits" in value and (value["minorUnits"] is None or isinstance(value["minorUnits"], (int, float)))
    return own or any(has_lenient_amount(each) for each in value.values())


def documented_reasons(operation):
    """The reasons that the document names for a 400 of this operation, for example `CART_EMPTY`."""
    responses = operation.schema.raw_schema["paths"][operation.path][operation.method.lower()]["responses"]
    return set(re.findall(r"`([A-Z_]+)`", responses.get("400", {}).get("description", "")))


def is_too_many_bytes(body, violation):
    limit = re.fullmatch(r"must be at most (\d+) bytes", violation["description"])
    name = re.sub(r"_(\w)", lambda match: match[1].upper(), violation["field"])
    value = body.get(name) if isinstance(body, dict) else None
    return limit is not None and isinstance(value, str) and len(value.encode()) > int(limit[1])
