import type { Command } from 'commander';
import { buyerEmail, buyerPassword, yes } from '../arguments.ts';
import type { Account } from '../who.ts';
import type { Run } from '../run.ts';

export function cartCommands(program: Command, run: Run): void {
  const cart = program.command('cart').description("a buyer's cart");

  cart
    .command('show')
    .description('show what the cart holds, and what it costs')
    .addOption(buyerEmail())
    .addOption(buyerPassword())
    .action((account: Account) =>
      run(async (context) => (await import('../commands/cart-show.ts')).showCart(context, account)),
    );

  cart
    .command('clear')
    .description('take everything out of the cart')
    .addOption(yes())
    .addOption(buyerEmail())
    .addOption(buyerPassword())
    .action((account: Account) =>
      run(async (context) => (await import('../commands/cart-clear.ts')).clearCart(context, account)),
    );
}
