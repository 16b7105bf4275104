/** A message that another service's contract promises. */
export function present<Message>(message: Message | undefined, what: string): Message {
  if (message === undefined) throw new Error(`a service answered without ${what}`);
  return message;
}
