import { createHash } from 'node:crypto';
import type { NewDetails } from '../domain/types.ts';

export interface SeedProduct {
  readonly details: NewDetails;
  readonly openingStock: number;
}

interface Category {
  readonly name: string;
  /** The beginning of its SKUs. */
  readonly code: string;
  /** The attribute in which the variants differ. */
  readonly attribute: string;
  readonly variants: readonly string[];
  /** The article's name, a sentence about it, and the price of its first variant in dollars. */
  readonly articles: readonly (readonly [string, string, number])[];
}

const categories: readonly Category[] = [
  {
    name: 'Kitchen',
    code: 'KIT',
    attribute: 'material',
    variants: ['Steel', 'Cast Iron', 'Copper', 'Ceramic'],
    articles: [
      ['Frying Pan', 'Even heat from edge to edge, safe in the oven.', 34],
      ['Saucepan', 'A litre and a half, with a lid that fits.', 29],
      ['Teapot', 'Pours without a drip and keeps a litre warm.', 24],
      ['Mixing Bowl', 'Stands still while you whisk.', 14],
      ['Roasting Tin', 'Takes a large bird and the vegetables around it.', 27],
      ['Spice Jar Set', 'Six jars with tight lids and labels to write on.', 18],
    ],
  },
  {
    name: 'Electronics',
    code: 'ELE',
    attribute: 'color',
    variants: ['Black', 'White', 'Graphite', 'Blue'],
    articles: [
      ['Wireless Headphones', 'Thirty hours on a charge, folds flat.', 119],
      ['Bluetooth Speaker', 'Small enough for a bag, loud enough for a kitchen.', 59],
      ['Mechanical Keyboard', 'Quiet switches that can be swapped.', 89],
      ['Wireless Mouse', 'Fits either hand, charges by USB-C.', 35],
      ['USB-C Hub', 'Two screens, three drives and a card at once.', 49],
      ['Power Bank', 'Charges a phone four times over.', 39],
    ],
  },
  {
    name: 'Garden',
    code: 'GAR',
    attribute: 'size',
    variants: ['Small', 'Medium', 'Large', 'Extra Large'],
    articles: [
      ['Terracotta Pot', 'Breathes, drains and ages well.', 9],
      ['Watering Can', 'A rose that rains softly on seedlings.', 22],
      ['Raised Bed', 'Larch boards that need no paint.', 79],
      ['Garden Hose', 'Does not kink, does not leak.', 32],
      ['Bird Feeder', 'Filled from above, cleaned in a minute.', 19],
      ['Compost Bin', 'Turns a kitchen and a lawn into soil.', 64],
    ],
  },
  {
    name: 'Books',
    code: 'BOO',
    attribute: 'format',
    variants: ['Paperback', 'Hardcover', 'Large Print', 'Illustrated'],
    articles: [
      ['A Field Guide to Clouds', 'What tomorrow looks like from below.', 12],
      ['Bread at Home', 'Forty loaves, from flatbread to sourdough.', 18],
      ['The Lighthouse Keepers', 'A novel of three winters and one storm.', 11],
      ['Maps of Lost Rivers', 'Where cities buried their water.', 21],
      ['Learning to Draw Trees', 'From twig to forest in thirty lessons.', 15],
      ['A Short History of Salt', 'Trade, taste and taxes.', 13],
    ],
  },
  {
    name: 'Outdoor',
    code: 'OUT',
    attribute: 'color',
    variants: ['Forest', 'Sand', 'Slate', 'Rust'],
    articles: [
      ['Trekking Backpack', 'Forty litres on a frame that fits the back.', 129],
      ['Two-Person Tent', 'Stands in five minutes, weighs two kilos.', 219],
      ['Sleeping Bag', 'Warm to five below zero.', 99],
      ['Water Bottle', 'Keeps cold for a day and hot for a night.', 25],
      ['Head Torch', 'Lights eighty metres of path.', 37],
      ['Camping Stove', 'Boils a litre in three minutes.', 54],
    ],
  },
  {
    name: 'Clothing',
    code: 'CLO',
    attribute: 'size',
    variants: ['S', 'M', 'L', 'XL'],
    articles: [
      ['Merino Sweater', 'Soft, warm and slow to smell.', 84],
      ['Linen Shirt', 'Cool in summer, better with every wash.', 54],
      ['Rain Jacket', 'Taped seams and a hood that turns with you.', 109],
      ['Denim Jeans', 'Straight cut, heavy cotton.', 69],
      ['Wool Socks', 'Three pairs for boots.', 19],
      ['Organic Cotton T-Shirt', 'Plain, thick, made to last.', 22],
    ],
  },
  {
    name: 'Toys',
    code: 'TOY',
    attribute: 'age',
    variants: ['3+', '5+', '7+', '9+'],
    articles: [
      ['Wooden Train', 'Four wagons, magnets that hold.', 29],
      ['Building Blocks', 'A hundred pieces of beech.', 39],
      ['Jigsaw Puzzle', 'A picture that takes an evening.', 14],
      ['Board Game', 'Half an hour, nobody is thrown out.', 27],
      ['Science Kit', 'Twelve experiments that work at a kitchen table.', 34],
      ['Kite', 'Flies in a light wind.', 17],
    ],
  },
  {
    name: 'Office',
    code: 'OFF',
    attribute: 'finish',
    variants: ['Oak', 'Walnut', 'White', 'Black'],
    articles: [
      ['Desk Lamp', 'Light without a flicker, from warm to cold.', 49],
      ['Monitor Stand', 'Lifts a screen to the eyes, stores a keyboard.', 42],
      ['Notebook', 'Two hundred dotted pages that lie flat.', 12],
      ['Pen Holder', 'Room for scissors and a ruler, too.', 16],
      ['Standing Desk', 'Up and down in silence, remembers four heights.', 389],
      ['Letter Tray', 'Three levels for what is still to be done.', 23],
    ],
  },
  {
    name: 'Sports',
    code: 'SPO',
    attribute: 'level',
    variants: ['Beginner', 'Club', 'Tournament', 'Professional'],
    articles: [
      ['Table Tennis Bat', 'Balanced for spin.', 24],
      ['Yoga Mat', 'Grips when it gets warm.', 29],
      ['Badminton Racket', 'Light frame, strung and ready.', 39],
      ['Football', 'Keeps its shape on wet grass.', 26],
      ['Resistance Band Set', 'Five bands from easy to hard.', 21],
      ['Running Belt', 'Holds a phone and keys without a bounce.', 18],
    ],
  },
  {
    name: 'Home',
    code: 'HOM',
    attribute: 'color',
    variants: ['Ivory', 'Sage', 'Terracotta', 'Indigo'],
    articles: [
      ['Wool Blanket', 'Woven from recycled yarn.', 74],
      ['Cushion Cover', 'Stonewashed cotton with a hidden zip.', 17],
      ['Scented Candle', 'Forty hours of cedar and orange.', 21],
      ['Bath Towel', 'Thick loops that dry at once.', 23],
      ['Wall Clock', 'Sweeps without a tick.', 44],
      ['Laundry Basket', 'Stands open, folds away.', 31],
    ],
  },
];

/** The development catalog, the same at each call: ten categories of 24 products, all in stock, in US dollars. */
export function seedCatalog(): readonly SeedProduct[] {
  return categories.flatMap((category) =>
    category.articles.flatMap((article, index) =>
      category.variants.map((variant, position) => toProduct(category, article, index, variant, position)),
    ),
  );
}

function toProduct(
  { name: category, code, attribute }: Category,
  [article, sentence, dollars]: readonly [string, string, number],
  index: number,
  variant: string,
  position: number,
): SeedProduct {
  const sku = `${code}-${String(index + 1).padStart(2, '0')}-${position + 1}`;
  const chance = createHash('sha256').update(sku).digest().readUInt32BE();
  // Each variant costs about 15 % more than the one before. Prices end in 99 cents.
  const minorUnits = BigInt(Math.round(dollars * 1.15 ** position) * 100 - 1);
  return {
    details: {
      sku,
      name: `${article}, ${variant}`,
      description: sentence,
      category,
      price: { currencyCode: 'USD', minorUnits },
      imageUrl: '',
      attributes: { [attribute]: variant, warranty: `${12 + 12 * (chance % 3)} months` },
    },
    openingStock: 1000 + (chance % 9000),
  };
}
