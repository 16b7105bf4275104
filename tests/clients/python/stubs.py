"""Buys with the stubs that grpcio-tools generates."""

import os
import sys
from uuid import uuid4

import grpc
from google.rpc import error_details_pb2, status_pb2

sys.path.insert(0, os.environ["CLIENT_GENERATED"])
from ecommerce.cart.v1 import cart_pb2, cart_pb2_grpc
from ecommerce.checkout.v1 import checkout_pb2, checkout_pb2_grpc
from ecommerce.order.v1 import order_pb2, order_pb2_grpc
from ecommerce.products.v1 import product_pb2, product_pb2_grpc
from ecommerce.sso.v1 import auth_pb2, auth_pb2_grpc
from ecommerce.wallet.v1 import wallet_pb2, wallet_pb2_grpc

channel = grpc.insecure_channel(os.environ["CLIENT_GRPC"])
auth = auth_pb2_grpc.AuthServiceStub(channel)
who = {"email": f"{uuid4()}@example.com", "password": "correct horse battery"}
auth.Register(auth_pb2.RegisterRequest(**who))
token = auth.Login(auth_pb2.LoginRequest(**who)).tokens.access_token
mine = [("authorization", f"Bearer {token}")]

catalog = product_pb2_grpc.ProductServiceStub(channel)
product = catalog.ListProducts(product_pb2.ListProductsRequest(in_stock=True, page_size=1)).products[0]
found = catalog.ListProducts(product_pb2.ListProductsRequest(query=product.sku)).products
assert product.product_id in [each.product_id for each in found]

wallet = wallet_pb2_grpc.WalletServiceStub(channel)
wallet.CreateWallet(wallet_pb2.CreateWalletRequest(), metadata=mine)
funds = wallet_pb2.TopUpRequest(request_id=str(uuid4()))
funds.amount.currency_code, funds.amount.minor_units = "USD", 10_000_000
wallet.TopUp(funds, metadata=mine)
cart = cart_pb2_grpc.CartServiceStub(channel)
cart.AddItem(cart_pb2.AddItemRequest(product_id=product.product_id, quantity=1), metadata=mine)

checkouts = checkout_pb2_grpc.CheckoutServiceStub(channel)
request = checkout_pb2.StartCheckoutRequest(request_id=str(uuid4()))
request.wait.FromSeconds(8)
checkout = checkouts.StartCheckout(request, metadata=mine).checkout
assert checkout.state == checkout_pb2.CHECKOUT_STATE_SUCCEEDED, checkout
orders = order_pb2_grpc.OrderServiceStub(channel)
order = orders.GetOrder(order_pb2.GetOrderRequest(order_id=checkout.order_id), metadata=mine).order
assert order.status == order_pb2.ORDER_STATUS_COMPLETED and order.total == product.price, order
assert checkouts.StartCheckout(request, metadata=mine).checkout.order_id == checkout.order_id

try:
    checkouts.StartCheckout(checkout_pb2.StartCheckoutRequest(request_id=str(uuid4())), metadata=mine)
    raise AssertionError("an empty cart was bought")
except grpc.RpcError as error:
    trailers = dict(error.trailing_metadata())
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    assert any(detail.Unpack(info) for detail in status.details) and info.reason == "CART_EMPTY", status
