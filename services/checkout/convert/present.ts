/** A message that another service must send by its contract. @throws Error, a defect, if it is missing */
export function present<Message>(message: Message | undefined, what: string): Message {
  if (message === undefined) throw new Error(`a service answered without ${what}`);
  return message;
}
