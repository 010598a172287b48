import type { ScaleCustomer } from './customer.ts';

/** Those who wait now, with the link that they have. */
export type Standing = ReadonlyMap<ScaleCustomer, { link: string; attempt: number }>;

export function standing(all: readonly ScaleCustomer[]): Standing {
  return new Map(
    all.flatMap((customer) => {
      const { link, snapshot } = customer;
      return link && snapshot ? [[customer, { link, attempt: snapshot.attempt }] as const] : [];
    }),
  );
}

/** Of those who waited: who waits no longer and is not connected, and who has another link than before. */
export function lostOf(before: Standing): { lost: number; changed: number } {
  const all = [...before];
  return {
    lost: all.filter(([{ isWaiting, isConnected }]) => !isWaiting && !isConnected).length,
    changed: all.filter(([{ link: now }, { link }]) => now !== undefined && now !== link).length,
  };
}
