import { rich } from '../messages/say.ts';

/** Whose machine this is for, by its name. */
export function Machine({ customer }: { customer: string }) {
  return rich('consent.machine', {
    customer,
    name: (inside) => (
      <strong dir="auto" translate={false}>
        {inside}
      </strong>
    ),
  });
}
