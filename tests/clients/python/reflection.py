"""Buys without any .proto file: server reflection describes every message."""

import os
from uuid import uuid4

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2, status_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

channel = grpc.insecure_channel(os.environ["CLIENT_GRPC"])
database = ProtoReflectionDescriptorDatabase(channel)
pool = DescriptorPool(database)
assert "ecommerce.checkout.v1.CheckoutService" in database.get_services()


def call(service, method, request, metadata=None):
    described = pool.FindServiceByName(f"ecommerce.{service}").FindMethodByName(method)
    answer = GetMessageClass(described.output_type)
    path = f"/{described.containing_service.full_name}/{method}"
    rpc = channel.unary_unary(path, lambda message: message.SerializeToString(), answer.FromString)
    message = ParseDict(request, GetMessageClass(described.input_type)())
    return MessageToDict(rpc(message, metadata=metadata))


who = {"email": f"{uuid4()}@example.com", "password": "correct horse battery"}
call("sso.v1.AuthService", "Register", who)
token = call("sso.v1.AuthService", "Login", who)["tokens"]["accessToken"]
mine = [("authorization", f"Bearer {token}")]
product = call("products.v1.ProductService", "ListProducts", {"inStock": True, "pageSize": 1})["products"][0]
found = call("products.v1.ProductService", "ListProducts", {"query": product["sku"]})["products"]
assert product["productId"] in [each["productId"] for each in found]
call("wallet.v1.WalletService", "CreateWallet", {}, mine)
funds = {"currencyCode": "USD", "minorUnits": "10000000"}
call("wallet.v1.WalletService", "TopUp", {"requestId": str(uuid4()), "amount": funds}, mine)
call("cart.v1.CartService", "AddItem", {"productId": product["productId"], "quantity": 1}, mine)

checkouts = "checkout.v1.CheckoutService"
request = {"requestId": str(uuid4()), "wait": "8s"}
checkout = call(checkouts, "StartCheckout", request, mine)["checkout"]
assert checkout["state"] == "CHECKOUT_STATE_SUCCEEDED", checkout
order = call("order.v1.OrderService", "GetOrder", {"orderId": checkout["orderId"]}, mine)["order"]
assert order["status"] == "ORDER_STATUS_COMPLETED" and order["total"] == product["price"], order
assert call(checkouts, "StartCheckout", request, mine)["checkout"]["orderId"] == checkout["orderId"]

try:
    call(checkouts, "StartCheckout", {"requestId": str(uuid4())}, mine)
    raise AssertionError("an empty cart was bought")
except grpc.RpcError as error:
    status = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    assert any(detail.Unpack(info) for detail in status.details) and info.reason == "CART_EMPTY", status
