/** What is given on a command line, checked as it is parsed: what is thrown here is printed beside the name of the option. */
import { InvalidArgumentError } from 'commander';
import { brokerSchema } from '#core/contract/connection.ts';

/** `host:port`, several separated by commas. */
export function brokers(text: string): string {
  const isValid = text.split(',').every((address) => brokerSchema.safeParse(address).success);
  if (!isValid) throw new InvalidArgumentError('Give host:port, several separated by commas.');
  return text;
}

export function port(text: string): number {
  return whole(text, 0, 65_535, 'Give a port from 0 to 65535.');
}

export function atLeastOne(text: string): number {
  return whole(text, 1, Number.MAX_SAFE_INTEGER, 'Give a whole number, 1 or more.');
}

function whole(text: string, least: number, most: number, hint: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) throw new InvalidArgumentError(hint);
  return value;
}
