import type { Request } from 'express';
import { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';

/** The connection, the run, the receipt, the repair or the case that a path names. Throws `not_here` for what cannot be one. */
export function idOf(
  { params }: Request,
  name: 'connection' | 'run' | 'receipt' | 'repair' | 'case' = 'connection',
): string {
  const read = z.uuid().safeParse(params[name]);
  if (!read.success) throw new KeyferryError('not_here');
  return read.data;
}
