/**
 * Remembers what a value was turned into as long as the value lives. Cached products and pages are the same objects
 * call after call, so their messages are too: whoever serializes responses can remember those by identity.
 */
export function memoize<Value extends object, Message>(convert: (value: Value) => Message): (value: Value) => Message {
  const known = new WeakMap<Value, { readonly message: Message }>();
  return (value) => {
    const hit = known.get(value);
    if (hit !== undefined) return hit.message;
    const message = convert(value);
    known.set(value, { message });
    return message;
  };
}
