import { dirname, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Composer, type Document, isNode, isScalar, Lexer, LineCounter, Parser, visit } from 'yaml';
import { z } from 'zod';
import { customerSchema } from '../../core/contract/customer.ts';
import type { ListedBox } from './inventory.ts';
import { listedBox, readEntry } from './inventory-file.entry.ts';

/** An inventory that cannot be used; `message` names the line and what is wrong there. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}

/** Tokens of the text, and boxes, that are read in one go, so that running handshakes do not wait for thousands of boxes. */
const WORDS_AT_ONCE = 2_000;
const BOXES_AT_ONCE = 200;

/**
 * The box of every customer (docs/inventory.md). Paths count from the file. Rejects with `InventoryError`.
 * Others get their turn in between, except for the third of the time that the library needs in one piece.
 */
export async function readInventory(text: string, file: string): Promise<Map<string, ListedBox>> {
  const lines = new LineCounter();
  const document = await parsed(text, file, lines);
  const [broken] = document.errors;
  if (broken) throw new InventoryError(`${place(file, lines, broken.pos[0])}: ${broken.message}`);
  const again = repeatedKey(document);
  if (again !== undefined) throw new InventoryError(`${place(file, lines, again)}: Map keys must be unique`);
  const boxes = new Map<string, ListedBox>();
  for (const [at, [customer, entry]] of Object.entries(entriesOf(document, file)).entries()) {
    if (at % BOXES_AT_ONCE === BOXES_AT_ONCE - 1) await setImmediate();
    const wrong = (path: PropertyKey[], what: string) => {
      const where = place(file, lines, offsetOf(document, ['boxes', customer, ...path]));
      return new InventoryError(`${where}: ${[customer, ...path].join('.')} ${what}`);
    };
    const name = customerSchema.safeParse(customer);
    if (!name.success) throw wrong([], `${name.error.issues[0]?.message}`);
    const read = readEntry(entry);
    if (read.success) boxes.set(customer, listedBox(read.data, dirname(resolve(file))));
    else {
      const [issue] = read.error.issues;
      throw wrong(issue?.path ?? [], `is not right: ${issue?.message}`);
    }
  }
  return boxes;
}

/** What `parseDocument` does, in parts. */
async function parsed(text: string, file: string, lines: LineCounter): Promise<Document> {
  const parser = new Parser(lines.addNewLine);
  // The library would compare every key with every other: seconds for thousands of boxes.
  const composer = new Composer({ prettyErrors: false, uniqueKeys: false });
  lines.addNewLine(0);
  const documents: Document[] = [];
  let count = 0;
  for (const word of new Lexer().lex(text)) {
    for (const token of parser.next(word)) documents.push(...composer.next(token));
    count += 1;
    if (count % WORDS_AT_ONCE === 0) await setImmediate();
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, text.length));
  const [first, second] = documents as [Document, ...Document[]];
  if (second)
    throw new InventoryError(
      `${place(file, lines, second.range?.[0] ?? 0)}: begins another document; one is read`,
    );
  return first;
}

/** Where a map has a key that it had before. */
function repeatedKey(document: Document): number | undefined {
  let found: number | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const names = new Set<unknown>();
      for (const { key } of items) {
        const name = isScalar(key) ? key.value : key;
        if (names.has(name)) {
          found = (isNode(key) && key.range?.[0]) || 0;
          return visit.BREAK;
        }
        names.add(name);
      }
      return undefined;
    },
  });
  return found;
}

function entriesOf(document: Document, file: string): Record<string, unknown> {
  const whole = z.strictObject({ boxes: z.record(z.string(), z.unknown()).nullable() });
  const read = whole.safeParse(document.toJS());
  if (read.success) return read.data.boxes ?? {};
  throw new InventoryError(`${file}: must be one \`boxes:\` with an entry for every customer`);
}

/** The position of something in the text; something that is missing gets its nearest parent's position. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function place(file: string, lines: LineCounter, offset: number): string {
  return `${file}, line ${lines.linePos(offset).line}`;
}
