import type { Command } from 'commander';
import { adminEmail, adminPassword, currencyOfPrices, oneOf, limit, pageToken, reason } from '../arguments.ts';
import type { ImportCommandOptions } from '../commands/products-import.ts';
import type { ProductsListOptions } from '../commands/products-list.ts';
import type { Run } from '../run.ts';

export function productsCommands(program: Command, run: Run): void {
  const products = program.command('products').description('the catalog');

  products
    .command('list')
    .description('list products with their ids, prices and stock; no account is needed')
    .option('--search <text>', 'only products with these words, the most relevant first', '')
    .addOption(limit(200))
    .addOption(pageToken())
    .action((options: ProductsListOptions) =>
      run(async (context) => (await import('../commands/products-list.ts')).listProducts(context, options)),
    );

  products
    .command('import')
    .description(
      'create products, or update those with the same SKU, from a CSV or JSON lines file; fields not in the file stay',
    )
    .argument('<file>', 'the path of the file, or - for standard input')
    .addOption(oneOf('--format <format>', 'default: by the ending of the file name', ['csv', 'jsonl']))
    .option('--dry-run', 'check the file and show what would be imported, but change nothing', false)
    .option('--currency <code>', 'the currency of CSV prices without a column `currency`', currencyOfPrices, 'USD')
    .addOption(reason())
    .addOption(adminEmail())
    .addOption(adminPassword())
    .action((file: string, options: ImportCommandOptions) =>
      run(async (context) => (await import('../commands/products-import.ts')).importProducts(context, file, options)),
    );
}
