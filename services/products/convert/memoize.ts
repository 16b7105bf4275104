/**
 * Remembers the message of each value as long as the value lives. The cache returns the same objects in call after
 * call, so the messages are the same objects, too, and their serialized form can be cached by identity.
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
