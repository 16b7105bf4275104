package shop;

import java.util.UUID;
import shop.api.*;
import shop.client.*;
import shop.model.*;

/** Buys with the classes that openapi-generator makes (generator java, library native). */
public final class Buy {
  public static void main(String[] args) throws ApiException {
    ApiClient anyone = new ApiClient();
    anyone.updateBaseUri(System.getenv("CLIENT_API"));
    String email = UUID.randomUUID() + "@example.com";
    String password = "correct horse battery";
    AuthServiceApi auth = new AuthServiceApi(anyone);
    auth.authServiceRegister(new RegisterRequest().email(email).password(password));
    String token =
        auth.authServiceLogin(new LoginRequest().email(email).password(password)).getTokens().getAccessToken();
    ApiClient mine = new ApiClient();
    mine.updateBaseUri(System.getenv("CLIENT_API"));
    mine.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));

    ProductServiceApi catalog = new ProductServiceApi(anyone);
    Product product = list(catalog, null, true).getProducts().get(0);
    check(list(catalog, product.getSku(), null).getProducts().contains(product), "the search finds the product");
    WalletServiceApi wallet = new WalletServiceApi(mine);
    wallet.walletServiceCreateWallet(new CreateWalletRequest());
    TopUpRequestAmount amount = new TopUpRequestAmount().currencyCode("USD").minorUnits("10000000");
    wallet.walletServiceTopUp(key(), new TopUpRequest().amount(amount));
    UUID productId = UUID.fromString(product.getProductId());
    new CartServiceApi(mine).cartServiceAddItem(new AddItemRequest().productId(productId).quantity(1), null);

    CheckoutServiceApi checkouts = new CheckoutServiceApi(mine);
    StartCheckoutRequest request = new StartCheckoutRequest().wait("8s");
    String key = key();
    Checkout checkout = checkouts.checkoutServiceStartCheckout(key, null, request).getCheckout();
    check(checkout.getState() == CheckoutState.CHECKOUT_STATE_SUCCEEDED, "the checkout succeeds");
    Order order =
        new OrderServiceApi(mine).orderServiceGetOrder(UUID.fromString(checkout.getOrderId())).getOrder();
    check(order.getStatus() == OrderStatus.ORDER_STATUS_COMPLETED, "the order is completed");
    check(order.getTotal().equals(product.getPrice()), "the total is the price");
    Checkout again = checkouts.checkoutServiceStartCheckout(key, null, request).getCheckout();
    check(again.getOrderId().equals(checkout.getOrderId()), "a repeat gets the same order");

    try {
      checkouts.checkoutServiceStartCheckout(key(), null, request);
      throw new AssertionError("an empty cart was bought");
    } catch (ApiException error) {
      check(error.getResponseBody().contains("\"reason\":\"CART_EMPTY\""), "the reason is CART_EMPTY");
    }
  }

  private static ListProductsResponse list(ProductServiceApi catalog, String query, Boolean inStock)
      throws ApiException {
    return catalog.productServiceListProducts(query, null, null, null, null, null, inStock, null, null, null);
  }

  private static String key() {
    return UUID.randomUUID().toString();
  }

  private static void check(boolean holds, String what) {
    if (!holds) throw new AssertionError("not so: " + what);
  }
}
