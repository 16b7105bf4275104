// The contract's pattern takes a few blank letters and the empty pattern of Braille (U+2800) for text.
const visible = /[^\p{White_Space}\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Whether anybody can see something in a text, for example in the reason of a change. */
export function saysSomething(text: string): boolean {
  return visible.test(text);
}
