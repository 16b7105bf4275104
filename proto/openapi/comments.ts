import comments from '../gen/comments.json' with { type: 'json' };

const byName: ReadonlyMap<string, string> = new Map(Object.entries(comments));

/** The comment above an element of the contract, by its full proto name. Its lines are joined, its paragraphs kept. */
export function commentOf(fullName: string): string | undefined {
  return byName.get(fullName)?.replaceAll(/(?<!\n)\n(?!\n)/g, ' ');
}

/** The first sentence of a comment, without its full stop. */
export function summaryOf(comment: string): string {
  return (/^.*?(?=[.:;](?:\s|$))/s.exec(comment)?.[0] ?? comment).trim();
}
