import type { Request } from 'express';
import { customerSchema } from '../../../../../core/contract/customer.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';

/** The customer that a path names. Throws `not_here` if it is not a customer's name. */
export function customerOf({ params }: Request): string {
  const read = customerSchema.safeParse(params.customer);
  if (!read.success) throw new KeyferryError('not_here');
  return read.data;
}
