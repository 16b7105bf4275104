import { html } from 'hono/html';

/** The markup for whoever is not signed in. Its script is deploy/front/browser/shop.ts. */
export function signIn() {
  return html`<section id="sign-in-view" aria-labelledby="sign-in-title">
    <h2 id="sign-in-title" tabindex="-1">Sign in to the shop</h2>
    <noscript><p>The shop needs JavaScript.</p></noscript>
    <p id="session-ended" role="status" hidden>Your session has ended. Please sign in again.</p>
    <form id="sign-in">
      <div class="field">
        <label>E-mail <input name="email" type="email" autocomplete="username" maxlength="254" required /></label>
        <p class="failed" role="alert" hidden></p>
      </div>
      <div class="field">
        <label>
          Password
          <input name="password" type="password" autocomplete="current-password" minlength="8" required />
        </label>
        <p class="failed" role="alert" hidden></p>
      </div>
      <p class="buttons">
        <button class="main">Sign in</button>
        <button id="register">Register</button>
      </p>
    </form>
  </section>`;
}
