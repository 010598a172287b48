import { dirname, resolve } from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { customerSchema } from '../../core/customer.ts';
import type { ListedBox } from './inventory.ts';
import { listedBox, readEntry } from './inventory-file.entry.ts';

/** An inventory that cannot be used; `message` names the line and what is wrong there. */
export class InventoryError extends Error {
  override readonly name = 'InventoryError';
}

/** The box of every customer (docs/inventory.md). Paths count from the file. Throws `InventoryError`. */
export function readInventory(text: string, file: string): Map<string, ListedBox> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken) throw new InventoryError(`${place(file, lines, broken.pos[0])}: ${broken.message}`);
  const boxes = new Map<string, ListedBox>();
  for (const [customer, entry] of Object.entries(entriesOf(document, file))) {
    const wrong = (path: PropertyKey[], what: string) => {
      const where = place(file, lines, offsetOf(document, ['boxes', customer, ...path]));
      return new InventoryError(`${where}: ${[customer, ...path].join('.')} ${what}`);
    };
    const name = customerSchema.safeParse(customer);
    if (!name.success) throw wrong([], `is ${name.error.issues[0]?.message}`);
    const read = readEntry(entry);
    if (read.success) boxes.set(customer, listedBox(read.data, dirname(resolve(file))));
    else {
      const [issue] = read.error.issues;
      throw wrong(issue?.path ?? [], `is not right: ${issue?.message}`);
    }
  }
  return boxes;
}

function entriesOf(document: Document, file: string): Record<string, unknown> {
  const whole = z.strictObject({ boxes: z.record(z.string(), z.unknown()).nullable() });
  const read = whole.safeParse(document.toJS());
  if (read.success) return read.data.boxes ?? {};
  throw new InventoryError(`${file}: must be one \`boxes:\` with an entry for every customer`);
}

/** Where something stands in the text; what is not there stands where its nearest parent does. */
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
