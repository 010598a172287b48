import type { IncomingMessage } from 'node:http';
import express from 'express';

/** Where a request came from. */
export type AddressOf = (request: IncomingMessage) => string;

/** Reads addresses as Express's `request.ip` does, for WebSocket upgrades too: the first one that is not a trusted proxy's. */
export function addressReader(trusted: string[] | undefined): AddressOf {
  const app = express().set('trust proxy', trusted ?? false);
  const trusts = app.get('trust proxy fn') as (address: string, hop: number) => boolean;
  return ({ socket, headers }) => {
    const forwarded = `${headers['x-forwarded-for'] ?? ''}`.split(',').map((entry) => entry.trim());
    const hops = [socket.remoteAddress ?? 'unknown', ...forwarded.filter(Boolean).reverse()];
    const found = hops.find((address, hop) => hop === hops.length - 1 || !trusts(address, hop));
    return (found ?? 'unknown').slice(0, 64);
  };
}
