import type { IncomingMessage } from 'node:http';
import express from 'express';

/** Where a request came from. */
export type AddressOf = (request: IncomingMessage) => string;

/** The address that counts, and how it is known. */
interface Hop {
  address: string;
  /** Whether a trusted proxy has named it; else it is that of whoever has connected here. */
  isNamed: boolean;
  /** Whether it is itself a trusted proxy's: nobody beyond it was named. */
  isProxy: boolean;
}

/** Reads addresses as Express's `request.ip` does, for WebSocket upgrades too: the first one that is not a trusted proxy's. */
export function hopReader(trusted: string[] | undefined): (request: IncomingMessage) => Hop {
  const app = express().set('trust proxy', trusted ?? false);
  const trusts = app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return ({ socket, headers }) => {
    const forwarded = `${headers['x-forwarded-for'] ?? ''}`.split(',').map((entry) => entry.trim());
    const hops = [socket.remoteAddress ?? 'unknown', ...forwarded.filter(Boolean).reverse()];
    const first = hops.findIndex((address, hop) => !trusts(address, hop));
    const at = first === -1 ? hops.length - 1 : first;
    return { address: (hops[at] ?? 'unknown').slice(0, 64), isNamed: at > 0, isProxy: first === -1 };
  };
}

/** The address alone. */
export function addressReader(trusted: string[] | undefined): AddressOf {
  const hopOf = hopReader(trusted);
  return (request) => hopOf(request).address;
}
