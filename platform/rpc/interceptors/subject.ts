import { ScalarType, type DescMethod, type Message } from '@bufbuild/protobuf';
import { setSubject, type Subject } from '../../telemetry/request-context.ts';

/** The fields of requests, by their names in the contract, that tell what a call is about. */
const named: Readonly<Record<string, keyof Subject>> = {
  order_id: 'orderId',
  user_id: 'userId',
  payment_id: 'paymentId',
  hold_id: 'holdId',
};

/** Tells the log what a request is about. */
export type TellSubject = (message: Message) => void;

/** For the requests of a method. It looks at the fields of the message itself, not at those of messages in it. */
export function subjectTeller({ input }: DescMethod): TellSubject {
  const fields = input.fields.flatMap((field) => {
    const key = named[field.name];
    const isText = field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING;
    return key === undefined || !isText ? [] : [{ key, local: field.localName }];
  });
  return (message) => {
    for (const { key, local } of fields) {
      const value: unknown = Reflect.get(message, local);
      if (typeof value === 'string' && value !== '') setSubject({ [key]: value });
    }
  };
}
