/** How the bytes of an answer are coded on their way (RFC 9110, 8.4). */
export type Coding = 'identity' | 'gzip' | 'br';

/** The better one first. */
const compressions = ['br', 'gzip'] as const;
const mostHeaders = 200;
const known = new Map<string, Coding>();

/** The weight of each coding that the header names, in lower case. A weight that is no number counts as 0. */
function weightsOf(header: string): ReadonlyMap<string, number> {
  const weights = header.split(',').map((element): [string, number] => {
    const [name = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return [name === 'x-gzip' ? 'gzip' : name, weight === undefined ? 1 : Number(weight) || 0];
  });
  return new Map(weights);
}

function choose(header: string): Coding {
  const weights = weightsOf(header);
  const others = weights.get('*') ?? 0;
  let best: Coding = 'identity';
  // A client that does not name it takes it, too, but would rather have something smaller.
  let bestWeight = weights.get('identity') ?? 0;
  for (const coding of compressions) {
    const weight = weights.get(coding) ?? others;
    if (weight > 0 && (weight > bestWeight || (best === 'identity' && weight === bestWeight))) {
      best = coding;
      bestWeight = weight;
    }
  }
  return best;
}

/** The coding that suits an `Accept-Encoding` best. Without the header it is `identity`. */
export function codingFor(header: string | undefined): Coding {
  if (header === undefined || header === '') return 'identity';
  const made = known.get(header);
  if (made !== undefined) return made;
  const coding = choose(header);
  // Clients send few different headers. What somebody invents is chosen anew each time.
  if (known.size < mostHeaders) known.set(header, coding);
  return coding;
}
