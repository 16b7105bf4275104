// Buys with connect-go: the argument is the protocol (connect, grpc, grpc-web).
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	cartv1 "shop/gen/ecommerce/cart/v1"
	"shop/gen/ecommerce/cart/v1/cartv1connect"
	checkoutv1 "shop/gen/ecommerce/checkout/v1"
	"shop/gen/ecommerce/checkout/v1/checkoutv1connect"
	orderv1 "shop/gen/ecommerce/order/v1"
	"shop/gen/ecommerce/order/v1/orderv1connect"
	productsv1 "shop/gen/ecommerce/products/v1"
	"shop/gen/ecommerce/products/v1/productsv1connect"
	ssov1 "shop/gen/ecommerce/sso/v1"
	"shop/gen/ecommerce/sso/v1/ssov1connect"
	typev1 "shop/gen/ecommerce/type/v1"
	walletv1 "shop/gen/ecommerce/wallet/v1"
	"shop/gen/ecommerce/wallet/v1/walletv1connect"
)

func main() {
	url, options, client := os.Getenv("CLIENT_API"), []connect.ClientOption{}, http.DefaultClient
	switch os.Args[1] {
	case "grpc":
		protocols := new(http.Protocols)
		protocols.SetUnencryptedHTTP2(true)
		url, client = "http://"+os.Getenv("CLIENT_GRPC"), &http.Client{Transport: &http.Transport{Protocols: protocols}}
		options = append(options, connect.WithGRPC())
	case "grpc-web":
		options = append(options, connect.WithGRPCWeb())
	}
	token := ""
	options = append(options, connect.WithInterceptors(connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, request connect.AnyRequest) (connect.AnyResponse, error) {
			if token != "" {
				request.Header().Set("Authorization", "Bearer "+token)
			}
			return next(ctx, request)
		}
	})))
	ctx := context.Background()

	auth := ssov1connect.NewAuthServiceClient(client, url, options...)
	email, password := uuid()+"@example.com", "correct horse battery"
	must(auth.Register(ctx, connect.NewRequest(&ssov1.RegisterRequest{Email: email, Password: password})))
	signedIn := must(auth.Login(ctx, connect.NewRequest(&ssov1.LoginRequest{Email: email, Password: password})))
	token = signedIn.Tokens.AccessToken

	catalog := productsv1connect.NewProductServiceClient(client, url, options...)
	product := must(catalog.ListProducts(ctx, connect.NewRequest(&productsv1.ListProductsRequest{InStock: true, PageSize: 1}))).Products[0]
	found := must(catalog.ListProducts(ctx, connect.NewRequest(&productsv1.ListProductsRequest{Query: product.Sku})))
	check(found.Products[0].ProductId == product.ProductId, "the search finds the product")
	wallet := walletv1connect.NewWalletServiceClient(client, url, options...)
	must(wallet.CreateWallet(ctx, connect.NewRequest(&walletv1.CreateWalletRequest{})))
	funds := &typev1.Money{CurrencyCode: "USD", MinorUnits: 10_000_000}
	must(wallet.TopUp(ctx, connect.NewRequest(&walletv1.TopUpRequest{Amount: funds, RequestId: uuid()})))
	cart := cartv1connect.NewCartServiceClient(client, url, options...)
	must(cart.AddItem(ctx, connect.NewRequest(&cartv1.AddItemRequest{ProductId: product.ProductId, Quantity: 1})))

	checkouts := checkoutv1connect.NewCheckoutServiceClient(client, url, options...)
	start := func(id string) (*connect.Response[checkoutv1.StartCheckoutResponse], error) {
		request := &checkoutv1.StartCheckoutRequest{RequestId: id, Wait: durationpb.New(8 * time.Second)}
		return checkouts.StartCheckout(ctx, connect.NewRequest(request))
	}
	id := uuid()
	checkout := must(start(id)).Checkout
	check(checkout.State == checkoutv1.CheckoutState_CHECKOUT_STATE_SUCCEEDED, "the checkout succeeds")
	orders := orderv1connect.NewOrderServiceClient(client, url, options...)
	order := must(orders.GetOrder(ctx, connect.NewRequest(&orderv1.GetOrderRequest{OrderId: checkout.OrderId}))).Order
	check(order.Status == orderv1.OrderStatus_ORDER_STATUS_COMPLETED, "the order is completed")
	check(order.Total.MinorUnits == product.Price.MinorUnits, "the total is the price")
	check(must(start(id)).Checkout.OrderId == checkout.OrderId, "a repeat gets the same order")

	_, err := start(uuid())
	check(reason(err) == "CART_EMPTY", fmt.Sprint("the reason is CART_EMPTY: ", err))
}

func reason(err error) string {
	var refused *connect.Error
	if !errors.As(err, &refused) {
		return ""
	}
	for _, detail := range refused.Details() {
		if value, err := detail.Value(); err == nil {
			if info, ok := value.(*errdetails.ErrorInfo); ok {
				return info.Reason
			}
		}
	}
	return ""
}

func uuid() string {
	bytes := make([]byte, 16)
	_, _ = rand.Read(bytes)
	bytes[6], bytes[8] = bytes[6]&15|64, bytes[8]&63|128
	return fmt.Sprintf("%x-%x-%x-%x-%x", bytes[:4], bytes[4:6], bytes[6:8], bytes[8:10], bytes[10:])
}

func must[T any](response *connect.Response[T], err error) *T {
	check(err == nil, fmt.Sprint(err))
	return response.Msg
}

func check(holds bool, what string) {
	if !holds {
		fmt.Fprintln(os.Stderr, "not so: "+what)
		os.Exit(1)
	}
}
