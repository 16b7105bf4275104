"""Buys with the package that openapi-python-client generates."""

import os
import sys
from uuid import UUID, uuid4

sys.path.insert(0, os.environ["CLIENT_GENERATED"])
from shop_client import AuthenticatedClient, Client
from shop_client.api.auth_service import auth_service_login, auth_service_register
from shop_client.api.cart_service import cart_service_add_item
from shop_client.api.checkout_service import checkout_service_start_checkout
from shop_client.api.order_service import order_service_get_order
from shop_client.api.product_service import product_service_list_products
from shop_client.api.wallet_service import wallet_service_create_wallet, wallet_service_top_up
from shop_client.models import (
    AddItemRequest,
    CheckoutState,
    CreateWalletRequest,
    LoginRequest,
    OrderStatus,
    Problem,
    RegisterRequest,
    StartCheckoutRequest,
    TopUpRequest,
    TopUpRequestAmount,
)

api = os.environ["CLIENT_API"]
anyone = Client(base_url=api)
who = {"email": f"{uuid4()}@example.com", "password": "correct horse battery"}
auth_service_register.sync(client=anyone, body=RegisterRequest(**who))
token = auth_service_login.sync(client=anyone, body=LoginRequest(**who)).tokens.access_token
mine = AuthenticatedClient(base_url=api, token=token, timeout=15)

product = product_service_list_products.sync(client=anyone, in_stock=True, page_size=1).products[0]
found = product_service_list_products.sync(client=anyone, query=product.sku).products
assert product.product_id in [each.product_id for each in found]
wallet_service_create_wallet.sync(client=mine, body=CreateWalletRequest())
funds = TopUpRequest(amount=TopUpRequestAmount(currency_code="USD", minor_units="10000000"))
wallet_service_top_up.sync(client=mine, body=funds, idempotency_key=str(uuid4()))
item = AddItemRequest(product_id=UUID(product.product_id), quantity=1)
cart_service_add_item.sync(client=mine, body=item)

key = str(uuid4())
wait = StartCheckoutRequest(wait="8s")
checkout = checkout_service_start_checkout.sync(client=mine, body=wait, idempotency_key=key).checkout
assert checkout.state == CheckoutState.CHECKOUT_STATE_SUCCEEDED, checkout
order = order_service_get_order.sync(checkout.order_id, client=mine).order
assert order.status == OrderStatus.ORDER_STATUS_COMPLETED and order.total == product.price, order
again = checkout_service_start_checkout.sync(client=mine, body=wait, idempotency_key=key).checkout
assert again.order_id == checkout.order_id

refusal = checkout_service_start_checkout.sync(client=mine, body=wait, idempotency_key=str(uuid4()))
assert isinstance(refusal, Problem) and refusal.reason == "CART_EMPTY", refusal
