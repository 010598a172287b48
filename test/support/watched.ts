import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { sql } from 'kysely';
import { customerStateSchema } from '../../core/contract/http-api.ts';
import { isFinal } from '../../core/contract/phases.ts';
import type { Database } from '../../core/store/database.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import type { System } from '../../lab/system.ts';

/** Milliseconds that anything may take with simulated programs, and between two questions. */
const WITHIN_MS = 120_000;
const BETWEEN_MS = 200;

/** Customers of a system who have connected, and what the record and the platform hear of them while they are watched. */
export class Watched {
  readonly #system: System;
  readonly #database: Database;
  readonly #tries: number;

  constructor(system: System, database: Database, withinMs = WITHIN_MS) {
    this.#system = system;
    this.#database = database;
    this.#tries = withinMs / BETWEEN_MS;
  }

  /** Connects a customer with a setup-token. */
  async connect(name: string): Promise<HeadlessCustomer> {
    const customer = await HeadlessCustomer.open(await this.#system.connectLink(name));
    const { text } = await customer.post('handshake', { provider: 'anthropic', method: 'setup-token' });
    const { handshake } = JSON.parse(text) as { handshake: string };
    let link: string | undefined;
    await this.until(async () => {
      const { snapshot } = customerStateSchema.parse(
        JSON.parse((await customer.ask('GET', 'handshake')).text),
      );
      if (snapshot?.link && link === undefined) {
        link = snapshot.link;
        await customer.sendCode(handshake, this.#system.anthropic.signIn(link));
      }
      if (!snapshot || !isFinal(snapshot.phase)) return undefined;
      expect(snapshot.phase).toBe('connected');
      return snapshot;
    }, `${name} did not connect.`);
    return customer;
  }

  /** Their connection, once the record has it, which it may hear of a moment later. */
  recorded(name: string) {
    const query = this.#database.selectFrom('connections').selectAll().where('customer', '=', name);
    return this.until(() => query.executeTakeFirst(), `${name} is not on record.`);
  }

  /** A look, as if its time had come; their connection once somebody has looked. */
  async lookNow(name: string) {
    const { looked_at: before } = await this.recorded(name);
    await sql`update connections set next_look_at = now() where customer = ${name}`.execute(this.#database);
    return this.until(async () => {
      const now = await this.recorded(name);
      return now.looked_at && before && now.looked_at > before ? now : undefined;
    }, `Nobody has looked at ${name}.`);
  }

  /** Types of the events about them, oldest first. */
  async events(name: string): Promise<string[]> {
    const all = this.#database.selectFrom('events').select('type').where('customer', '=', name);
    return (await all.orderBy('seq').execute()).map(({ type }) => type);
  }

  /** The answer once there is one. */
  async until<T>(ask: () => Promise<T | undefined>, otherwise: string): Promise<T> {
    for (let tries = 0; tries < this.#tries; tries += 1) {
      const answer = await ask();
      if (answer !== undefined) return answer;
      await sleep(BETWEEN_MS);
    }
    throw new Error(otherwise);
  }
}
